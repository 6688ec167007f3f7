import { between, type Cause, fault, release } from './cause.ts'

/** What `lab fault`, `lab deploy`, `lab set` and `lab traffic` do, and the processes of the lab. */
export const LISTED: readonly Cause[] = [
  fault('errors', ['network_partial'], { fields: (random) => ({ p_error: Number(between(random, 0.4, 0.9).toFixed(2)) }) }),
  fault('errors', ['network_partial', 'bad_instance'], {
    alone: true,
    fields: (random) => ({ p_error: Number(between(random, 0.3, 0.9).toFixed(2)) }),
  }),
  fault('latency', ['dependency_slow', 'network_partial'], {
    fields: (random) => ({ latency_ms: Math.round(between(random, 600, 1_500)) }),
  }),
  fault('latency', ['network_partial', 'bad_instance'], {
    alone: true,
    fields: (random) => ({ latency_ms: Math.round(between(random, 400, 900)) }),
  }),
  fault('cpu', ['cpu_saturation', 'event_loop_blocked'], { fields: (random) => ({ cpu_ms: Math.round(between(random, 150, 400)) }) }),
  fault('oom_safe', ['out_of_memory', 'memory_leak']),
  fault('memory_leak', ['memory_leak'], { within: 180 }),
  fault('memory_leak', ['memory_leak'], { alone: true, within: 180 }),
  fault('pool_leak', ['pool_leak']),
  fault('crash', ['crash_loop'], { alone: true }),
  fault('row_lock', ['lock_contention']),
  fault('waiting_migration', ['lock_contention']),
  fault('lock', ['lock_contention']),
  fault('bad_row', ['bad_data']),
  fault('slow_query', ['slow_query']),
  fault('max_connections', ['connections_exhausted']),
  fault('db_down', ['database_down']),
  release('r5', ['event_loop_blocked', 'bad_release']),
  release('r6', ['bad_release'], { hasPlace: true }),
  release('r6', ['bad_release'], { alone: true, hasPlace: true }),
  release('r7', ['bad_release'], {
    alone: true,
    asked: { title: 'HighLatency', description: 'Pages of items have been slow for a minute.' },
  }),
  release('r8', ['memory_leak', 'bad_release'], { within: 180 }),
  release('r9', ['pool_leak', 'bad_release'], { within: 180 }),
  {
    id: 'setting BADGES on',
    causes: ['bad_configuration'],
    async give(hands) {
      await hands.post('/settings', { component: 'inventory', setting: 'BADGES', value: 'on' })
      return { undo: () => hands.post('/settings', { component: 'inventory', setting: 'BADGES', value: 'off' }) }
    },
  },
  {
    id: 'setting DATABASE_URL missing, one instance',
    causes: ['bad_configuration'],
    async give(hands) {
      const { port, instance } = await hands.anInstance()
      const set = (value: string) => hands.post('/settings', { component: 'inventory', setting: 'DATABASE_URL', value, ports: [port] })
      await set('missing')
      return { undo: () => set('given').then(() => hands.post('/start', { port }).catch(() => undefined)), on: [instance] }
    },
  },
  {
    id: 'the balancer keeps its list, an instance moves',
    causes: ['stale_backends'],
    async give(hands) {
      const set = (value: string) => hands.post('/settings', { component: 'load-balancer', setting: 'discovery', value })
      await set('static')
      const { port } = await hands.anInstance()
      await hands.post('/start', {})
      await hands.post('/stop', { port })
      return { undo: () => set('dynamic').then(() => hands.post('/scale', { replicas: 3 })) }
    },
    asked: { title: 'HighLatency', description: 'Customers say that pages come late or not at all.' },
  },
  {
    id: 'the targets file is kept, an instance goes',
    causes: ['stale_targets'],
    async give(hands) {
      const set = (value: string) => hands.post('/settings', { component: 'process-manager', setting: 'targets_file', value })
      await set('kept')
      await hands.post('/scale', { replicas: 2 })
      return { undo: () => set('written').then(() => hands.post('/scale', { replicas: 3 })) }
    },
  },
  {
    id: 'the balancer hangs',
    causes: ['load_balancer_down'],
    async give(hands) {
      hands.signalPart('load-balancer', 'SIGSTOP')
      return { undo: async () => hands.signalPart('load-balancer', 'SIGCONT') }
    },
  },
  {
    id: 'an instance hangs',
    causes: ['process_hung'],
    async give(hands) {
      const { pid, instance } = await hands.anInstance()
      hands.signal(pid ?? 0, 'SIGSTOP')
      return { undo: async () => hands.signal(pid ?? 0, 'SIGCONT'), on: [instance] }
    },
  },
  {
    id: 'fourteen times the customers',
    causes: ['traffic_surge'],
    async give(hands) {
      hands.customers(420)
      return { undo: async () => hands.customers(30) }
    },
  },
  {
    id: 'nothing',
    causes: ['nothing_wrong'],
    give: async () => ({ undo: async () => undefined }),
    asked: { title: 'HighErrorRate', description: 'A test of the paging.' },
  },
]
