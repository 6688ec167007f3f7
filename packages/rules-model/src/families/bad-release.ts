import { list } from '../wording.ts'
import { defineFamily } from './family.ts'

/** A new release is the reason: only it is in trouble, or the trouble began with it. */
export const badRelease = defineFamily({
  id: 'bad_release',
  cause: 'bad_release',
  name: 'A release that brought the trouble',
  prior: 1.3,
  explains: ['errors', 'latency', 'cpu', 'memory', 'availability', 'database'],
  evidence: {
    recentChange: { release: 2, setting: -2.5, earlier: -0.8, none: -0.8 },
    codeDiff: { touches: 2.4, same_file: 0.8, elsewhere: -0.2 },
    errorScope: { release: 2.4 },
    release: { only_new_in_trouble: 3.6, replaced: 1.6, mixed: -0.5, unchanged: -3 },
    errors: { many: 0.5, few: 0.5 },
    latency: { slow: 0.5 },
    logProgramming: { dominant: 0.6, some: 0.3 },
    code: { fits: 0.4 },
    cpuCost: { up: 0.5 },
    // Where the way in which it hurts is seen, that is the cause, and the release what brought it.
    memory: { rising: -1, plateau: -1, step: -0.6 },
    lag: { high: -0.6 },
    poolWork: { held: -3 },
    pool: { starved: -1.5 },
    logPool: { dominant: -1.2 },
    lockRoot: { waits: -2 },
    slotHolder: { full: -2 },
    wholeReads: { lost_index: -2, whole: -1 },
    slowInstances: { one: 0.3 },
    errorInstances: { one: 0.3 },
    podWaiting: { image: 10 },
  },
  follows: ['running', 'targets', 'phases', 'slowRoutes', 'cpu', 'logUnknown', 'deaths', 'pool', 'databaseCode'],
  // What it does is looked at as well: a leak or a blocked loop is a cause of its own.
  next: ['release', 'recentChange', 'codeDiff', 'errorScope', 'lag', 'pool', 'poolWork', 'memory'],
  remedies: ['roll_back', 'drain'],
  tell: {
    headline: ({ says, is, text, service }) =>
      is('podWaiting', 'image')
        ? `A release was rolled out that cannot be had: the image ${text('podWaiting')} of ${service} does not exist or may not be pulled.`
        : is('release', 'only_new_in_trouble')
          ? `A release is the likely reason: ${says('release')}.`
          : `${service} has been in trouble since its instances were replaced: ${says('release') ?? 'a release or a restart'}.`,
    because: ['podWaiting', 'recentChange', 'codeDiff', 'errors', 'errorScope', 'latency', 'logProgramming', 'logUnknown', 'cpu', 'memory'],
    further: ({ notes }) => notes('codeDiff'),
    component: ({ service }) => `${service} (release)`,
    instances: ['release', 'errorInstances', 'slowInstances'],
    routes: ['logProgramming', 'errorRoutes', 'slowRoutes'],
    hasPlace: true,
    steps: ({ instances, is, service, text }) => [
      ...(is('podWaiting', 'image')
        ? [
            `Undo the rollout (kubectl rollout undo deployment/${service}), or set an image that exists; the old pods go on meanwhile.`,
            'Compare the name and the tag of the image with the registry, and look whether its pull secret is valid.',
          ]
        : []),
      is('recentChange', 'release') && text('recentChange')
        ? `The release was taken back ${text('recentChange')}: watch whether the trouble ends, and do not roll back further.`
        : instances('release').length > 0
          ? `Roll ${list(instances('release'))} back to the release that the others run, or take it out of rotation.`
          : 'Roll back to the release before; if the trouble ends, it was the reason.',
      'Read what changed between the two commits, the failing path first.',
    ],
  },
})
