import { list } from '../wording.ts'
import { defineFamily } from './family.ts'

/** One instance fails where others of the same release do well. */
export const badInstance = defineFamily({
  id: 'bad_instance',
  cause: 'bad_instance',
  name: 'One instance that is broken by itself',
  prior: 0.9,
  explains: ['errors', 'latency', 'cpu', 'memory', 'availability'],
  evidence: {
    errorInstances: { one: 3, several: -0.5, all: -2.6 },
    slowInstances: { one: 1.4, all: -1 },
    targets: { flapping: 1.6 },
    errors: { many: 0.3, few: 0.6, none: -1 },
    release: { only_new_in_trouble: -2.5, unchanged: 0.4 },
    // A release goes from one instance to the next, and so does the one that takes it back.
    recentChange: { release: -2.5, setting: -1 },
    logConnection: { dominant: -1.2 },
    logRefused: { dominant: -1.2 },
    databaseReach: { some: -1, none: -2 },
    deaths: { again_and_again: -1.5, once: -0.5 },
    pool: { starved: -1.5, full_moving: -1 },
    memory: { rising: -0.8 },
    cpu: { saturated: -0.6 },
    lag: { high: -0.6 },
    lagShape: { starved: 1 },
    logMemory: { dominant: -1.5 },
    logDisk: { dominant: -2 },
    logFileSystem: { dominant: 1.4, some: 0.6 },
    logLogin: { dominant: -2 },
    logPool: { dominant: -1 },
    phases: { database: -0.6 },
  },
  follows: ['logProgramming', 'logUnknown', 'latency', 'slowRoutes'],
  remedies: ['drain', 'restart'],
  tell: {
    headline: ({ instances, service }) =>
      `${list(instances('errorInstances', 'slowInstances', 'targets')) || `One instance of ${service}`} is broken by itself: the other instances do the same work well.`,
    because: [
      'errorInstances',
      'slowInstances',
      'targets',
      'lagShape',
      'errors',
      'logFileSystem',
      'logProgramming',
      'logUnknown',
      'release',
    ],
    component: ({ instances, service }) => instances('errorInstances', 'slowInstances', 'targets')[0] ?? service,
    instances: ['errorInstances', 'slowInstances', 'targets'],
    routes: ['errorRoutes'],
    steps: ({ instances }) => [
      `Take ${list(instances('errorInstances', 'slowInstances', 'targets')) || 'it'} out of rotation; the errors should end with that.`,
      'Keep it for a look before restarting it: settings, disk, memory, its own log.',
      'Compare its release and settings with an instance that works.',
    ],
  },
})
