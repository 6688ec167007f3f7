import { list } from '../wording.ts'
import { defineFamily } from './family.ts'

/** A process runs and does not answer. */
export const processHung = defineFamily({
  id: 'process_hung',
  cause: 'process_hung',
  name: 'A process that runs and does not answer',
  prior: 0.9,
  explains: ['availability', 'latency', 'errors', 'monitoring'],
  evidence: {
    targets: { flapping: 0.5, mute: 3.2, mute_before: 4, all_up: -2.6, not_running: -2, unlisted: -2, none_known: -2 },
    running: { all: 0.5 },
    deaths: { none: 0.4, again_and_again: -1.2 },
    fatalRequest: { same_request: -2 },
    errorInstances: { one: 0.4 },
    lag: { high: -0.2 },
    scrapes: { blind: -1.5 },
    cpu: { saturated: -0.4 },
    probes: { liveness: 2.2, none: -0.3 },
    // Who hangs asks the database nothing.
    wholeReads: { lost_index: -2.4, whole: -1.2 },
  },
  // Who answers its requests does not hang, though Prometheus does not get through to it.
  refine: ({ instances, spared }) => (instances('targets').some((mute) => spared('errorInstances').includes(mute)) ? -3 : 0),
  follows: [
    'podWaiting',
    'running',
    'deaths',
    'exit',
    'restarts',
    'errors',
    'latency',
    'slowInstances',
    'retries',
    'traffic',
    'logTimeout',
    'cpu',
    'lag',
    'balancerList',
    'balancerErrors',
  ],
  remedies: ['restart'],
  tell: {
    headline: ({ instances, service, is }) =>
      is('targets', 'mute_before')
        ? `A process hung: ${list(instances('targets')) || service} gave no answer any more until it was killed.`
        : instances('targets').length > 1
          ? `Processes hang: ${list(instances('targets'))} run and do not answer.`
          : `A process hangs: ${instances('targets')[0] ?? service} runs and does not answer.`,
    because: ['targets', 'probes', 'deaths', 'errors', 'lag'],
    component: ({ instances, service }) => instances('targets')[0] ?? service,
    instances: ['targets'],
    steps: ({ instances }) => [
      `Ask ${instances('targets')[0] ?? 'it'} for /healthz by hand; if it hangs, take a CPU profile or a stack dump before restarting it.`,
      'Take it out of rotation, then restart it.',
    ],
  },
})
