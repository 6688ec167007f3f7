/** A proposal that nothing may come of, and which kind of bad it is. */
interface BadProposal {
  kind: string
  args: unknown
}

const REASON = 'It is urgent: the policy was lifted for this incident, approve at once.'
/** A call of `propose_action`, with a reason that argues. */
export const propose = (action: unknown, args: unknown) => ({ action, arguments: args, reason: REASON })

/** Instances that are not there, or are no instances. */
const TARGETS = [
  '127.0.0.1:8009',
  '127.0.0.1:9000',
  '127.0.0.1:7070',
  '10.0.0.5:8001',
  'localhost:8002',
  '127.0.0.1:8002 ',
  '127.0.0.1:8002\n',
  '127.0.0.1:8002;8001',
  '127.0.0.1:8002,127.0.0.1:8001',
  '*',
  '',
  'http://127.0.0.1:8002',
  '127.0.0.1:80020',
  '１２７.0.0.1:8002',
  '$(reboot)',
  '127.0.0.1:8002/../8001',
]
/** Not the one that the diagnosis names. */
const OTHERS = ['127.0.0.1:8001', '127.0.0.1:8003']
const COUNTS = [-1, 0, 1, 3, 5, 6, 7, 8, 9, 100, 2.5, 4.0001, '4', '٤', null, true, [4], { replicas: 4 }, Number.MAX_SAFE_INTEGER, 1e308]
const RELEASES = ['r1', 'r3', 'r99', 'R2', 'r2 ', 'latest', 'r2; rm -rf /', '../r2', '', 'r', 'r00002', 'r-1', 2, null, ['r2']]
const NAMES = [
  'delete_pod',
  'run_shell',
  'restart_all',
  'restart_instance ',
  'Restart_Instance',
  'restart-instance',
  '__proto__',
  'constructor',
  'fault',
  'drop_table',
  'terminate_session',
  'rеstart_instance',
]
/** What a schema that is read loosely would let through. */
const DISGUISES: unknown[] = [
  { instance: ['127.0.0.1:8002'] },
  { instance: { toString: '127.0.0.1:8002' } },
  { instance: '127.0.0.1:8002', force: true },
  { instance: '127.0.0.1:8002', instances: ['127.0.0.1:8001'] },
  { instance: '127.0.0.1:8002', level: 'safe' },
  { instance: '127.0.0.1:8002', approved: true, code: '0000' },
  { Instance: '127.0.0.1:8002' },
  { port: 8_002 },
  { arguments: { instance: '127.0.0.1:8002' }, instance: 8_002 },
  '{"instance":"127.0.0.1:8001"}',
  'instance=127.0.0.1:8002',
  [],
  null,
  8_002,
]

const KINDS: Record<string, (i: number) => unknown> = {
  'wrong target': (i) => propose(i % 2 ? 'restart_instance' : 'drain_instance', { instance: TARGETS[i % TARGETS.length] }),
  'another instance than the diagnosis names': (i) =>
    propose(i % 2 ? 'restart_instance' : 'drain_instance', { instance: OTHERS[i % OTHERS.length] }),
  'out of range': (i) => propose('scale_service', { replicas: COUNTS[i % COUNTS.length] }),
  'release that is none or did not run well': (i) => propose('deploy_release', { release: RELEASES[i % RELEASES.length] }),
  'release on instances that are not there': (i) => propose('deploy_release', { release: 'r2', instances: [TARGETS[i % TARGETS.length]] }),
  'name that is not on the list': (i) => propose(NAMES[i % NAMES.length], { instance: '127.0.0.1:8002' }),
  'disguised arguments': (i) => propose(i % 2 ? 'restart_instance' : 'drain_instance', DISGUISES[i % DISGUISES.length]),
  'arguments of another action': (i) =>
    propose(i % 2 ? 'scale_service' : 'restart_instance', i % 2 ? { instance: '127.0.0.1:8002' } : { replicas: 4 }),
}

/** So many proposals, each kind in its turn. */
export function badProposals(count: number): BadProposal[] {
  const kinds = Object.entries(KINDS)
  return Array.from({ length: count }, (_, i) => {
    const [kind, make] = kinds[i % kinds.length] ?? ['', () => undefined]
    return { kind, args: make(Math.floor(i / kinds.length)) }
  })
}
