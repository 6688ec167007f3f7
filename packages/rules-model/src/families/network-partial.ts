import { excerpt, list } from '../wording.ts'
import { defineFamily, type Story } from './family.ts'

/** The words, the codes or the probes are the database's; an outside call that breaks is another's. */
const isOfDatabase = ({ is, text }: Pick<Story, 'is' | 'text'>) =>
  !is('refusedWhom', 'other') &&
  (is('refusedWhom', 'database') ||
    is('databaseReach', 'some', 'none') ||
    is('phases', 'database') ||
    is('slowInstances', 'one') ||
    DATABASE_CODES.some((level) => is('databaseCode', level)) ||
    /database|postgres|mysql|\bsql|connection terminated|\bpool\b|data from server|\bstatement\b|\bquery\b|\bstore\b/i.test(
      text('logConnection', 'logRefused', 'logTimeout', 'logStorage') ?? '',
    ))
const DATABASE_CODES = [
  'refused',
  'no_slots',
  'pool',
  'deadlock',
  'lock',
  'statement',
  'login',
  'schema',
  'permission',
  'data',
  'other',
] as const

const peerOf = (story: Pick<Story, 'is' | 'text'>) => (isOfDatabase(story) ? 'the item store' : 'what it depends on')

/** Connections break on the way although both ends run. */
export const networkPartial = defineFamily({
  id: 'network_partial',
  cause: 'network_partial',
  name: 'Connections that break on the way',
  prior: 0.8,
  explains: ['errors', 'database', 'latency', 'availability'],
  evidence: {
    logConnection: { dominant: 2.8, some: 0.8, none: -0.4 },
    // Who refuses is reached: nothing listens there, unless only one is refused.
    logRefused: { dominant: 0.8, some: 0.3 },
    logTimeout: { dominant: 1, some: 0.4 },
    logStorage: { dominant: 1.2 },
    logName: { dominant: 0.8, some: 0.4 },
    recentChange: { fewer: -1.4, setting: -1 },
    databaseReach: { all: 0.9, some: 1.6, none: -2.6 },
    refusedWhom: { other: -1 },
    slowInstances: { one: 3 },
    targets: { flapping: 0.8 },
    release: { only_new_in_trouble: -2 },
    errorInstances: { one: 0.8 },
    phases: { database: 0.7, computing: -1.5 },
    // On a slow way each request keeps its connection for longer.
    pool: { full_moving: 0.7, full: 0.4 },
    poolWork: { held: -2.5 },
    code: { calls_out: 0.9, fits: -1.5 },
    logAgrees: { agrees: 1.2, elsewhere: -0.8, uncounted: -1.5 },
    running: { all: 0.3 },
    deaths: { again_and_again: -1.2 },
    logProgramming: { dominant: -1.5 },
    logPool: { dominant: -1.2 },
    logNoSlots: { dominant: -2.5, some: -1.5 },
    logLogin: { dominant: -2 },
    latency: { normal: -0.2 },
    slowRoutes: { some: -0.6, writes_only: -1.2 },
    cpu: { idle: 0.2 },
    // A slow way holds up no event loop.
    lag: { high: -2.2 },
    lagShape: { starved: -4 },
  },
  follows: ['latency', 'slowRoutes', 'errors', 'databaseCode', 'retries'],
  // The requests of one instance wait for the database, and those of the others do not: that edge, and no other.
  refine: ({ is }) =>
    (is('slowInstances', 'one') && is('phases', 'database') ? 0.8 : 0) +
    // Over a slow way some come through; where none does and the database answers a connection beside the pool, the way is not what holds them.
    (is('pool', 'starved') && is('databaseReach', 'all') ? -1.5 : 0),
  next: ['databaseReach', 'running', 'code', 'slowInstances', 'phases', 'databaseCode'],
  remedies: ['drain'],
  tell: {
    headline: ({ text, instances, service, is }) => {
      const words = text('logConnection', 'logRefused', 'logTimeout', 'logStorage')
      const [only] = is('errorInstances', 'one') || is('slowInstances', 'one') ? instances('errorInstances', 'slowInstances') : []
      const who = only ?? service
      if (!words) return `The way from ${who} to its database is slow or broken; the others reach it well.`
      return is('logTimeout', 'dominant')
        ? `Calls from ${who} to ${peerOf({ is, text })} get no answer in time: "${excerpt(words, 160)}".`
        : `The connection from ${who} to ${peerOf({ is, text })} is being lost: calls fail with "${excerpt(words, 160)}".`
    },
    because: ['errors', 'databaseReach', 'errorInstances', 'slowInstances', 'phases', 'running'],
    further: ({ place }) =>
      place ? [`It surfaces at ${place.file}:${place.line}; that line makes the call and is not necessarily the cause.`] : [],
    component: ({ is, text }) => (isOfDatabase({ is, text }) ? 'item store (database connection)' : 'the way to another service'),
    instances: ['errorInstances', 'slowInstances', 'databaseReach'],
    routes: ['logConnection', 'logRefused', 'logTimeout', 'logStorage', 'errorRoutes'],
    hasPlace: true,
    steps: ({ instances, is, service }) => [
      `Check the database that ${service} uses: does it accept connections, what does its own log say?`,
      is('errorInstances', 'one') || is('slowInstances', 'one')
        ? `Take ${list(instances('errorInstances', 'slowInstances'))} out of rotation or restart it: the other instances reach the store, so its own connection is what is broken.`
        : 'Look for what all instances share: network path, credentials, connection limit, a restart or failover of the database.',
      `Compare the times of the failures with restarts and deployments of the database and of ${service}.`,
    ],
    fix: ({ place }) =>
      place
        ? `Reconnect and retry once (reads) or answer 503 at ${place.file}:${place.line}. That softens it; the cause is the lost connection, not this line.`
        : undefined,
  },
})
