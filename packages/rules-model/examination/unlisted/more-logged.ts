import type { CauseId } from '@oncall-lab/on-call-agent/api'
import { present } from '../../test-parts/simulated-metrics.ts'
import type { World } from '../../test-parts/simulated-world.ts'
import type { Scene } from '../scene.ts'
import { alertOf, between, logged, noise, rate, type Setting, worldOf } from '../setting.ts'

interface Logged {
  id: string
  entry: { message: string; error?: string; code?: string; status?: number; method?: string }
  /** The first so many routes or instances; all without it. */
  routes?: number
  instances?: number
  more?: (at: Setting) => Partial<World>
  causes: CauseId[]
  /** Exactly the instances that fail have to be named. */
  where?: boolean
}

function sceneOf({ id, entry, routes: some, instances: few, more, causes, where }: Logged): Scene {
  return {
    id,
    play(at) {
      const routes = at.routes.slice(0, some)
      const instances = at.instances.slice(0, few)
      const share = between(at, 0.25, 0.7) * (instances.length / at.instances.length) * (routes.length / at.routes.length)
      const alert =
        few === 1
          ? alertOf(at, 'InstanceFailing', `many requests to ${instances[0]} fail`, { labels: { instance: instances[0] ?? '' } })
          : alertOf(at, 'ErrorBurst', 'many requests fail')
      return {
        world: worldOf(at, {
          alerts: [alert],
          log: [...noise(at), ...logged(at, { status: 500, ...entry }, { routes, instances })],
          rate: rate(at, share, { routes, instances }),
          ...more?.(at),
        }),
        truth: { causes, ...(where && { instances }) },
      }
    },
  }
}

const LOGGED: Logged[] = [
  {
    id: 'the name server answers now and then',
    entry: { message: 'dial tcp: lookup db.internal on 10.96.0.10:53: read udp 10.1.4.2:41233->10.96.0.10:53: i/o timeout' },
    causes: ['dependency_down', 'network_partial', 'unknown'],
  },
  {
    id: 'the disk of one instance is full',
    entry: { message: 'write /var/lib/app/upload-7c1f.tmp: no space left on device', code: 'ENOSPC' },
    instances: 1,
    causes: ['disk_full'],
    where: true,
  },
  {
    id: 'descriptors run out in Go',
    entry: { message: 'http: Accept error: accept tcp [::]:8080: accept4: too many open files; retrying in 5ms' },
    more: (at) => ({ metrics: { open_files: at.instances.map((instance) => present({ instance }, 0.99)) } }),
    causes: ['resource_exhausted'],
  },
  {
    id: 'the clock of one instance is wrong',
    entry: {
      message: 'RequestTimeTooSkewed: The difference between the request time and the current time is too large.',
      error: 'S3Error',
    },
    instances: 1,
    causes: ['bad_instance', 'unknown', 'bad_configuration'],
  },
  {
    id: 'MySQL finds a deadlock',
    entry: { message: 'Deadlock found when trying to get lock; try restarting transaction', code: 'ER_LOCK_DEADLOCK', method: 'POST' },
    routes: 1,
    causes: ['deadlock'],
  },
  {
    id: 'transaction numbers run out',
    entry: {
      message: 'database is not accepting commands that assign new XIDs to avoid wraparound data loss in database "shop"',
      code: '54000',
      error: 'DatabaseError',
    },
    causes: ['resource_exhausted', 'unknown', 'database_down'],
  },
  {
    id: 'ports for connections run out',
    entry: { message: 'connect EADDRNOTAVAIL 10.0.3.7:8443 - Local (0.0.0.0:0)', code: 'EADDRNOTAVAIL' },
    causes: ['resource_exhausted'],
  },
  {
    id: 'a partner resets streams',
    entry: { message: 'stream error: stream ID 4213; REFUSED_STREAM; received from peer' },
    routes: 1,
    causes: ['dependency_down', 'network_partial', 'unknown'],
  },
  {
    id: 'a firewall forgets idle connections',
    entry: { message: 'could not receive data from server: Connection timed out', error: 'OperationalError' },
    causes: ['network_partial', 'unknown'],
  },
  {
    id: 'a message that nobody can read',
    entry: { message: 'failed to process message 8841: Unexpected token } in JSON at position 112', error: 'SyntaxError' },
    routes: 0,
    more: (at) => ({ alerts: [alertOf(at, 'QueueBacklog', '1,412 messages wait')], rate: rate(at, 0) }),
    causes: ['bad_data', 'unknown'],
  },
]

export const MORE_LOGGED: readonly Scene[] = LOGGED.map(sceneOf)
