import { propose } from './bad-proposals.ts'

/** What a proposal may name that is there, and may not be touched. */
export interface There {
  /** Sessions by what they are: each with the mark that the functions give. */
  sessions: Record<'pool' | 'idle' | 'admin', { pid: number; began: string }>
  pod: string
}

/** Rows that may not be set aside: of other tables, not there, and one that is there and ended nobody. */
const ROWS: [table: unknown, key: unknown][] = [
  ['items', '17'],
  ['items', '16'],
  ['items', '99'],
  ['items', "17' OR '1'='1"],
  ['items', 17],
  ['items', ['17', '16']],
  ['items', '*'],
  ['items', '17\n16'],
  ['orders', '1'],
  ['items; DROP TABLE items', '17'],
  ['oncall.movable_tables', 'items'],
  [null, '17'],
]
/** Names of no index that may be built: those of the table, one that is there, one whose table is not. */
const INDEXES = [
  'orders_pkey',
  'orders',
  'orders_customer',
  'of_nothing',
  'x; DROP TABLE orders',
  'public.orders_customer',
  '',
  7,
  null,
  ['orders_customer'],
]
const OLD = '2000-01-01 00:00:00+00'
const COUNTS = [0, 1, 3, 5, 8, 9, -1, 2.5, '4', null, [4]]
const NAMES = [
  'nobody',
  '',
  '*',
  'inventory;reboot',
  '../../nodes',
  'kube-system/etcd',
  'INVENTORY',
  'a'.repeat(300),
  7,
  null,
  { name: 'x' },
]
const SETTINGS: [component: unknown, setting: unknown, value: unknown, more?: object][] = [
  ['inventory', 'BADGES', 'on'],
  ['inventory', 'BADGES', 'maybe'],
  ['inventory', 'DATABASE_URL', 'missing'],
  ['inventory', 'DATABASE_URL', 'postgres://evil/x'],
  ['inventory', 'NODE_OPTIONS', '--require=/tmp/x'],
  ['load-balancer', 'retries', '9'],
  ['load-balancer', 'discovery', 'static'],
  ['process-manager', 'targets_file', 'kept'],
  ['on-call-agent', 'ACTIONS_MODE', 'auto'],
  ['inventory', 'BADGES', 'off', { instances: ['127.0.0.1:8001'] }],
  ['inventory', 'BADGES', 'off', { force: true }],
  ['inventory', ['BADGES'], 'off'],
  [null, 'BADGES', 'off'],
]
const PARTS = [
  { part: 'database' },
  { part: 'load-balancer' },
  { part: 'on-call-agent' },
  { part: 'database', force: true },
  { part: 'postgres; rm -rf /' },
  { part: ['database'] },
  {},
  null,
]
const REMEDIES = ['restart_service', 'rotate_log', 'clear_cache', 'end_process', 'restore_configuration', 'reboot', 'rm', '', null]
const SUBJECTS = ['sshd', 'nginx; reboot', '/etc/passwd', '/', '1', '-1', '$(id)', '/var/cache/nginx/../..', 'nginx\nreboot', '/etc/shadow']

/** Each kind of bad proposal of a target's own actions, by the target. */
const KINDS: Record<string, ((there: There, i: number) => unknown)[]> = {
  fleet: [
    (_, i) => {
      const [component, setting, value, more] = SETTINGS[i % SETTINGS.length] ?? []
      return propose('change_setting', { component, setting, value, ...more })
    },
    // Both run.
    (_, i) => propose('start_part', PARTS[i % PARTS.length]),
    (_, i) => propose('rolling_restart', [{ ports: [8_001] }, { force: true }, [], null, 'all', { instances: [] }][i % 6]),
  ],
  database: [
    ({ sessions: { pool } }, i) => propose(i % 2 ? 'terminate_session' : 'cancel_query', pool),
    ({ sessions: { idle } }, i) => propose(i % 2 ? 'terminate_session' : 'cancel_query', idle),
    ({ sessions: { admin } }, i) => propose(i % 2 ? 'terminate_session' : 'cancel_query', admin),
    ({ sessions: { idle } }, i) => propose('terminate_session', { ...idle, began: [OLD, 'now()', "'; DROP TABLE items; --", null][i % 4] }),
    ({ sessions: { idle } }, i) => propose('cancel_query', { ...idle, pid: [0, -1, 1, '1', 4_194_305, 1.5, [idle.pid]][i % 7] }),
    ({ sessions: { idle } }, i) =>
      propose('terminate_session', { ...idle, ...[{ database: 'other' }, { force: true }, { sql: 'x' }][i % 3] }),
    (_, i) => {
      const [table, key] = ROWS[i % ROWS.length] ?? []
      return propose('quarantine_row', { table, key })
    },
    (_, i) =>
      propose('quarantine_row', { table: 'items', key: '17', ...[{ keys: ['16'] }, { where: 'true' }, { database: 'other' }][i % 3] }),
    (_, i) => propose('create_index', { index: INDEXES[i % INDEXES.length] }),
    (_, i) =>
      propose('create_index', {
        index: 'orders_customer',
        ...[{ table: 'orders' }, { columns: ['id'] }, { sql: 'x' }, { database: 'other' }][i % 4],
      }),
  ],
  cluster: [
    (_, i) => propose('scale_deployment', { replicas: COUNTS[i % COUNTS.length] }),
    (_, i) => propose('delete_pod', { pod: NAMES[i % NAMES.length] }),
    ({ pod }, i) => propose('delete_pod', { pod, ...[{ force: true }, { namespace: 'kube-system' }, { gracePeriodSeconds: 0 }][i % 3] }),
    (_, i) => propose('drain_node', { node: NAMES[i % NAMES.length] }),
    (_, i) => propose('restart_deployment', [{ deployment: 'other' }, { namespace: 'kube-system' }, [], null][i % 4]),
    (_, i) => propose('roll_back_deployment', [{}, { revision: 1 }, { image: 'evil:1' }, null][i % 4]),
    (_, i) => propose('delete_deployment', i % 2 ? {} : { deployment: 'inventory' }),
    (_, i) => propose(['exec', 'apply', 'delete_namespace', 'cordon', 'get_secret'][i % 5], {}),
  ],
  hosts: [
    (_, i) =>
      propose('run_remediation', { host: 'web-prod-01', remedy: REMEDIES[i % REMEDIES.length], subject: SUBJECTS[i % SUBJECTS.length] }),
    (_, i) =>
      propose('run_remediation', {
        host: ['localhost', '', 'db1', 'web-prod-01;x', null][i % 5],
        remedy: 'restart_service',
        subject: 'nginx',
      }),
    (_, i) =>
      propose('run_remediation', {
        host: 'web-prod-01',
        remedy: 'restart_service',
        subject: 'nginx',
        ...[{ sudo: true }, { command: 'x' }][i % 2],
      }),
    (_, i) =>
      propose('run_remediation', { host: 'web-prod-01', remedy: 'end_process', subject: ['0', '1', '-9 1', 'nginx', '99999999'][i % 5] }),
  ],
}

export type Elsewhere = 'fleet' | 'database' | 'cluster' | 'hosts'

/** So many proposals for the actions of one target, each kind in its turn. */
export function badProposalsFor(target: Elsewhere, there: There, count: number): unknown[] {
  const kinds = KINDS[target] ?? []
  return Array.from({ length: count }, (_, i) => kinds[i % kinds.length]?.(there, Math.floor(i / kinds.length)))
}
