import { list } from '../wording.ts'
import { defineFamily } from './family.ts'

/** Processes die again and again, or so often that they are no longer started. */
export const crashLoop = defineFamily({
  id: 'crash_loop',
  cause: 'crash_loop',
  name: 'Processes that die and are restarted',
  prior: 1,
  explains: ['availability', 'errors', 'traffic'],
  evidence: {
    deaths: { again_and_again: 3, together: 0.4, once: 0.4, none: -3.2 },
    fatalRequest: { same_request: -2.6 },
    recentChange: { setting: -2, release: -1.4 },
    restarts: { several: 1.2, one: 0.3 },
    running: { given_up: 3.2, some: 0.4 },
    exit: {
      killed_out_of_the_blue: 0.5,
      killed: 0.3,
      exit_code: 0.5,
      native_crash: 0.8,
      aborted: 0.5,
      killed_after_growth: -2,
      heap_full: -1.2,
      terminated: -0.6,
      at_start: 0.4,
    },
    targets: { flapping: 0.4, not_running: 0.6, came_back: 0.4 },
    logProgramming: { dominant: -0.6 },
    logRefused: { dominant: -0.6 },
    logUnknown: { dominant: -0.4 },
    logConfiguration: { dominant: -2.4, some: -1.6 },
    logDisk: { dominant: -1.5 },
    podWaiting: { crash_loop: 2 },
    podEnd: { oom_killed: -2.5 },
  },
  follows: ['probes', 'errors', 'errorInstances', 'retries', 'balancerList', 'balancerErrors', 'latency', 'traffic', 'logConnection'],
  next: ['restarts', 'exit', 'targets', 'deaths', 'podWaiting', 'podEnd'],
  remedies: ['roll_back', 'restart'],
  tell: {
    headline: ({ instances, is, service, says }) =>
      is('running', 'given_up')
        ? `The process manager has given up on ${list(instances('running'))} of ${service} after too many exits.`
        : is('deaths', 'again_and_again')
          ? `Processes of ${service} die again and again: ${list(instances('deaths')) || 'which, could not be seen'}.`
          : `A process of ${service} died: ${says('deaths') ?? says('restarts') ?? 'it was restarted'}.`,
    because: ['podWaiting', 'running', 'deaths', 'targets'],
    further: ({ notes, is, spared }) => [
      ...notes('deaths'),
      ...(is('running', 'given_up')
        ? [
            `${spared('running').length > 0 ? `${list(spared('running'))} ${spared('running').length === 1 ? 'runs' : 'run'} on.` : 'No other instance runs.'}`,
            'It stays away until somebody starts it.',
          ]
        : []),
    ],
    component: ({ service }) => `${service} (processes)`,
    instances: ['running', 'deaths'],
    steps: ({ instances, is, service }) => [
      is('exit', 'killed', 'killed_out_of_the_blue')
        ? 'On the host, look at the kernel log (dmesg, journalctl -k) for "oom-kill" at that time; without one, find who sends SIGKILL (orchestrator, script, person).'
        : `Read the standard error of ${instances('deaths')[0] ?? 'the process'} at its end.`,
      ...(is('running', 'given_up')
        ? [
            `Once the reason is gone, start ${list(instances('running'))} again (POST /start on the process manager, by its port). Nobody else will.`,
          ]
        : []),
      'Compare the first exit with the last release and roll back if they meet.',
      `Watch that the remaining instances of ${service} carry the load; add one if they do not.`,
    ],
  },
})
