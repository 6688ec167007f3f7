import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { type Cause, inDatabase } from './cause.ts'

const isThere = (pid: number) => existsSync(`/proc/${pid}`)

/** What nobody built a fault for: done to the database, the processes and the settings by hand. */
export const STRANGERS: readonly Cause[] = [
  inDatabase(
    'a column renamed',
    ['schema_mismatch'],
    ['ALTER TABLE items RENAME COLUMN price TO unit_price', 'ALTER TABLE items RENAME COLUMN unit_price TO price'],
  ),
  inDatabase(
    'a table renamed',
    ['schema_mismatch'],
    ['ALTER TABLE reservations RENAME TO bookings', 'ALTER TABLE bookings RENAME TO reservations'],
  ),
  inDatabase(
    'reading forbidden',
    ['permission_denied'],
    ['REVOKE SELECT ON items FROM shop, inventory', 'GRANT SELECT ON items TO shop, inventory'],
  ),
  inDatabase('login forbidden', ['database_refuses_login'], ['ALTER ROLE inventory NOLOGIN', 'ALTER ROLE inventory LOGIN']),
  inDatabase(
    'two connections for the role',
    ['connections_exhausted', 'bad_configuration'],
    ['ALTER ROLE inventory CONNECTION LIMIT 2', 'ALTER ROLE inventory CONNECTION LIMIT -1'],
  ),
  inDatabase(
    'read-only by default',
    ['bad_configuration', 'permission_denied', 'unknown'],
    ['ALTER ROLE inventory SET default_transaction_read_only = on', 'ALTER ROLE inventory RESET default_transaction_read_only'],
  ),
  inDatabase(
    'a statement time-out of a millisecond',
    ['bad_configuration', 'slow_query', 'unknown'],
    ["ALTER ROLE inventory SET statement_timeout = '1ms'", 'ALTER ROLE inventory RESET statement_timeout'],
  ),
  inDatabase(
    'a trigger that refuses each reservation',
    ['bad_data', 'bad_configuration', 'schema_mismatch', 'unknown'],
    [
      "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'period closed for bookings'; END $$; CREATE TRIGGER refuse BEFORE INSERT ON reservations FOR EACH ROW EXECUTE FUNCTION refuse()",
      'DROP FUNCTION refuse CASCADE',
    ],
  ),
  inDatabase(
    'a trigger that sleeps',
    ['slow_query', 'dependency_slow', 'lock_contention'],
    [
      'CREATE FUNCTION doze() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(1.2); RETURN NEW; END $$; CREATE TRIGGER doze BEFORE INSERT ON reservations FOR EACH ROW EXECUTE FUNCTION doze()',
      'DROP FUNCTION doze CASCADE',
    ],
  ),
  inDatabase(
    'a constraint that new rows break',
    ['bad_data', 'schema_mismatch'],
    [
      'ALTER TABLE reservations ADD CONSTRAINT at_most_none CHECK (quantity < 1) NOT VALID',
      'ALTER TABLE reservations DROP CONSTRAINT at_most_none',
    ],
  ),
  {
    id: 'the whole database server hangs',
    causes: ['database_down'],
    async give(hands) {
      const pids = (await hands.sql('SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid()')).map(({ pid }) => Number(pid))
      const signalAll = (signal: NodeJS.Signals) => {
        hands.signalPart('postgres', signal)
        for (const pid of pids) if (isThere(pid)) hands.signal(pid, signal)
      }
      signalAll('SIGSTOP')
      return { undo: async () => signalAll('SIGCONT') }
    },
  },
  {
    id: 'the balancer waits 10 ms only',
    causes: ['bad_configuration'],
    async give(hands) {
      const set = (value: string) => hands.post('/settings', { component: 'load-balancer', setting: 'read_timeout_ms', value })
      await set('10')
      await hands.post('/fault', { mode: 'latency', latency_ms: 40, ttl_seconds: 300 })
      return { undo: () => set('10000').then(() => hands.post('/fault', { mode: 'none' })) }
    },
  },
  {
    id: 'an instance is paused again and again',
    causes: ['cpu_saturation', 'process_hung', 'bad_instance', 'event_loop_blocked'],
    async give(hands) {
      const { pid, instance } = await hands.anInstance()
      let on = false
      const timer = setInterval(() => {
        on = !on
        hands.signal(pid ?? 0, on ? 'SIGSTOP' : 'SIGCONT')
      }, 700)
      const undo = async () => {
        clearInterval(timer)
        hands.signal(pid ?? 0, 'SIGCONT')
      }
      return { undo, on: [instance] }
    },
  },
  {
    id: 'an instance may open few files',
    causes: ['resource_exhausted', 'bad_instance'],
    async give(hands) {
      const { pid, instance } = await hands.anInstance()
      execFileSync('prlimit', [`--pid=${pid}`, '--nofile=24:4096'])
      return { undo: async () => void execFileSync('prlimit', [`--pid=${pid}`, '--nofile=4096:4096']), on: [instance] }
    },
    asked: { title: 'HighErrorRate', description: 'Some customers say that pages fail.' },
  },
  {
    id: 'each instance is killed once, one after the other',
    causes: ['crash_loop', 'instance_down', 'recovered', 'unknown'],
    async give(hands) {
      const killed = new AbortController()
      const timer = setInterval(async () => {
        const { pid } = await hands.anInstance()
        if (!killed.signal.aborted && pid) hands.signal(pid, 'SIGKILL')
      }, 4_000)
      const undo = async () => {
        killed.abort()
        clearInterval(timer)
      }
      return { undo }
    },
  },
]
