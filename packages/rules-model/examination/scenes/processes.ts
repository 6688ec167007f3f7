import { course, phases, present } from '../../test-parts/simulated-metrics.ts'
import { runningInstance, type World } from '../../test-parts/simulated-world.ts'
import type { Scene } from '../scene.ts'
import {
  ago,
  alertOf,
  BURST,
  backends,
  between,
  logged,
  p95,
  perInstance,
  pick,
  rate,
  type Setting,
  since,
  slowAlert,
  worldOf,
} from '../setting.ts'

const cpuAlert = (at: Setting) => alertOf(at, 'HighCpu', 'the instances together use 250% of a core', { severity: 'warning' })

/** One instance in another state than the others. */
function listed(at: Setting, name: string, changes: Parameters<typeof runningInstance>[1]): World['instances'] {
  return {
    instances: at.instances.map((each) => runningInstance(each, each === name ? changes : {})),
    load_balancer: backends(at.instances.filter((each) => each !== name)),
  }
}

const downFor = (at: Setting, name: string, seconds: number) =>
  at.instances.map((instance) => course({ instance, job: at.service }, 300, (before) => (instance === name && before < seconds ? 0 : 1)))

/** Processes, their memory and their computing. */
export const PROCESS_SCENES: Scene[] = [
  {
    id: 'computing in each request',
    play: (at) => ({
      world: worldOf(at, {
        alerts: [cpuAlert(at)],
        metrics: {
          cpu: perInstance(at, 600, since(at, 0.96, 0.06), 0.06),
          lag: perInstance(at, 300, since(at, 0.35, 0.011), 0.011),
          lag_median: perInstance(at, 300, since(at, 0.2, 0.01), 0.01),
          p95: p95(at, 1.3),
          phases: phases({ self: 0.3, queue: 0.3 }),
        },
      }),
      truth: { causes: ['cpu_saturation'] },
    }),
  },
  {
    id: 'long synchronous work now and then',
    play: (at) => ({
      world: worldOf(at, {
        alerts: [slowAlert(at)],
        metrics: {
          cpu: perInstance(at, 600, since(at, 0.35, 0.06), 0.06),
          lag: perInstance(at, 300, since(at, between(at, 0.5, 1.5), 0.011), 0.011),
          p95: p95(at, 0.9),
          phases: phases({ queue: 0.35, self: 0.05 }),
        },
      }),
      truth: { causes: ['event_loop_blocked'] },
    }),
  },
  {
    id: 'memory leak on one instance',
    play: (at) => {
      const name = pick(at, at.instances)
      const grown = (before: number) => 95e6 + (600 - before) * between(at, 390_000, 410_000)
      return {
        world: worldOf(at, {
          alerts: [alertOf(at, 'HighMemory', `${name} holds 320MiB of memory`, { severity: 'warning', labels: { instance: name } })],
          metrics: {
            memory: perInstance(at, 600, grown, 95e6, [name]),
            memory_closely: perInstance(at, 60, grown, 95e6, [name]),
            heap: perInstance(at, 600, (before) => grown(before) - 60e6, 30e6, [name]),
          },
        }),
        truth: { causes: ['memory_leak'], instances: [name] },
      }
    },
  },
  {
    id: 'killed for want of memory',
    play: (at) => {
      const [name = ''] = at.instances
      const grown = (before: number) => 95e6 + (600 - before) * 1e6
      return {
        world: worldOf(at, {
          alerts: [
            alertOf(at, 'InstanceRestarting', 'an instance restarted 2 times within a minute', {
              labels: { port: name.split(':')[1] ?? '' },
            }),
          ],
          instances: listed(at, name, {
            state: 'backoff',
            pid: null,
            started_at: null,
            restarts: 2,
            last_exit: { at: ago(5), code: 137, signal: null },
          }),
          metrics: {
            memory: perInstance(at, 600, grown, 95e6, [name]),
            memory_closely: perInstance(at, 60, grown, 95e6, [name]),
            up: downFor(at, name, 8),
          },
        }),
        truth: { causes: ['out_of_memory'], instances: [name] },
      }
    },
  },
  {
    id: 'allocations fail',
    play: (at) => {
      const name = pick(at, at.instances)
      const grown = (before: number) => 95e6 + Math.min(256e6, Math.max(0, 70 - before) * 12e6)
      const log = logged(at, { message: 'Array buffer allocation failed', error: 'RangeError', status: 500 }, { instances: [name] })
      return {
        world: worldOf(at, {
          alerts: [alertOf(at, 'ErrorBurst', BURST), alertOf(at, 'HighMemory', 'memory', { labels: { instance: name } })],
          log,
          rate: rate(at, 0.7 / at.instances.length, { instances: [name] }),
          metrics: {
            memory: perInstance(at, 600, grown, 95e6, [name]),
            memory_closely: perInstance(at, 60, grown, 95e6, [name]),
            external: perInstance(at, 600, grown, 4e6, [name]),
          },
        }),
        truth: { causes: ['out_of_memory'], instances: [name] },
      }
    },
  },
  {
    id: 'too many open files',
    play: (at) => {
      const name = pick(at, at.instances)
      const log = logged(
        at,
        {
          message: pick(at, ['accept: too many open files', "EMFILE: too many open files, open '/srv/a.json'"]),
          error: 'Error',
          status: 500,
        },
        { instances: [name] },
      )
      return {
        world: worldOf(at, {
          alerts: [alertOf(at, 'ErrorBurst', BURST)],
          log,
          rate: rate(at, 0.7 / at.instances.length, { instances: [name] }),
          metrics: { open_files: at.instances.map((instance) => present({ instance }, instance === name ? 0.99 : 0.03)) },
        }),
        truth: { causes: ['resource_exhausted'] },
      }
    },
  },
  {
    id: 'killed again and again',
    play: (at) => {
      const name = pick(at, at.instances)
      return {
        world: worldOf(at, {
          alerts: [
            alertOf(at, 'InstanceRestarting', 'an instance restarted 3 times within a minute', {
              labels: { port: name.split(':')[1] ?? '', job: 'process-manager' },
            }),
          ],
          instances: listed(at, name, {
            state: 'backoff',
            pid: null,
            started_at: null,
            restarts: 5,
            last_exit: { at: ago(4), code: null, signal: pick(at, ['SIGKILL', 'SIGSEGV']) },
          }),
          metrics: {
            restarts: at.instances.map((instance) =>
              course({ port: instance.split(':')[1] ?? '' }, 600, (before) =>
                instance === name ? Math.max(0, 5 - Math.floor(before / 12)) : 0,
              ),
            ),
            up: downFor(at, name, 10),
          },
        }),
        truth: { causes: ['crash_loop'], instances: [name] },
      }
    },
  },
  {
    id: 'a process that hangs',
    play: (at) => {
      const name = pick(at, at.instances)
      return {
        world: worldOf(at, {
          alerts: [alertOf(at, 'InstanceDown', `${name} does not answer`, { labels: { instance: name, job: at.service } })],
          metrics: { up: downFor(at, name, 40) },
        }),
        truth: { causes: ['process_hung'], instances: [name] },
      }
    },
  },
  {
    id: 'an instance that is gone',
    play: (at) => {
      const name = pick(at, at.instances)
      return {
        world: worldOf(at, {
          alerts: [alertOf(at, 'InstanceDown', `${name} does not answer`, { labels: { instance: name } })],
          instances: listed(at, name, {
            state: 'backoff',
            pid: null,
            started_at: null,
            restarts: 1,
            last_exit: { at: ago(35), code: 1, signal: null },
          }),
          metrics: { up: downFor(at, name, 35) },
        }),
        truth: { causes: ['instance_down', 'crash_loop'], instances: [name] },
      }
    },
  },
  {
    id: 'another instance grew earlier',
    play: (at) => {
      const [alerted = '', other = ''] = at.instances
      const grown = (before: number) => 95e6 + (600 - before) * 400_000
      const memory = at.instances.map((instance) =>
        course({ instance }, 600, (before) =>
          instance === alerted ? grown(before) : instance === other ? (before > 500 ? 95e6 : 390e6) : 95e6,
        ),
      )
      const near = at.instances.map((instance) =>
        course({ instance }, 60, (before) => (instance === alerted ? grown(before) : instance === other ? 390e6 : 95e6)),
      )
      return {
        world: worldOf(at, {
          alerts: [alertOf(at, 'MemoryGrowing', `the memory of ${alerted} grows`, { severity: 'warning', labels: { instance: alerted } })],
          metrics: { memory, memory_closely: near },
        }),
        truth: { causes: ['memory_leak'] },
      }
    },
  },
]
