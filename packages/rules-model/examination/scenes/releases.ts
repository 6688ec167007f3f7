import { runningInstance } from '../../test-parts/simulated-world.ts'
import type { Scene } from '../scene.ts'
import {
  alertOf,
  BURST,
  backends,
  beforeAlert,
  logged,
  noise,
  p95,
  perInstance,
  pick,
  rate,
  type Setting,
  since,
  worldOf,
} from '../setting.ts'

/** The first one runs another release than the others, since shortly before the alert. */
const oneOnNewRelease = (at: Setting) =>
  at.instances.map((name, index) =>
    runningInstance(
      name,
      index === 0 ? { commit: 'fedcba9876543210fedcba9876543210fedcba98', release: '0.2.0', started_at: beforeAlert(100) } : {},
    ),
  )

/** What releases, settings and data do wrong. */
export const RELEASE_SCENES: Scene[] = [
  {
    id: 'a release on one instance that throws',
    play: (at) => {
      const [first = ''] = at.instances
      const instances = oneOnNewRelease(at)
      const log = logged(
        at,
        { message: "Cannot read properties of undefined (reading 'total')", error: 'TypeError', status: 500 },
        { instances: [first] },
      )
      const world = worldOf(at, {
        alerts: [alertOf(at, 'ErrorBurst', BURST)],
        log,
        rate: rate(at, 0.9 / at.instances.length, { instances: [first] }),
        instances: { instances, load_balancer: backends(at.instances) },
      })
      return { world, truth: { causes: ['bad_release'], instances: [first] } }
    },
  },
  {
    id: 'a release on one instance with too many queries',
    play: (at) => {
      const [first = ''] = at.instances
      const instances = oneOnNewRelease(at)
      const mean = perInstance(at, 300, since(at, 1.1, 0.012), 0.012, [first]).map(({ labels, points }) => ({
        labels,
        points: points.slice(-1),
      }))
      const world = worldOf(at, {
        alerts: [alertOf(at, 'HighLatency', '95 % of the answers take up to 1.2s', { severity: 'warning' })],
        instances: { instances, load_balancer: backends(at.instances) },
        metrics: {
          p95: p95(at, 1.2),
          mean_by_instance: mean,
        },
      })
      return { world, truth: { causes: ['bad_release'], instances: [first] } }
    },
  },
  {
    id: 'a release everywhere that throws',
    play: (at) => {
      const exits = [{ at: beforeAlert(72), code: 0, signal: null, uptime_seconds: 3_600, expected: true }]
      const instances = at.instances.map((name) => runningInstance(name, { started_at: beforeAlert(70), exits }))
      const log = logged(at, { message: 'totals is not defined', error: 'ReferenceError', status: 500 })
      return {
        world: worldOf(at, {
          alerts: [alertOf(at, 'ErrorBurst', BURST)],
          log,
          rate: rate(at, 0.7),
          instances: { instances, load_balancer: backends(at.instances) },
        }),
        truth: { causes: ['bad_release', 'application_exception'] },
      }
    },
  },
  {
    id: 'a missing setting at start',
    play: (at) => {
      const [first = ''] = at.instances
      const exits = [30, 16, 5].map((seconds) => ({
        at: beforeAlert(seconds - 20),
        code: 1,
        signal: null,
        uptime_seconds: 0.8,
        expected: false,
      }))
      const instances = at.instances.map((name) =>
        runningInstance(
          name,
          name === first
            ? {
                state: 'backoff',
                pid: null,
                started_at: null,
                restarts: 4,
                last_exit: { at: beforeAlert(-15), code: 1, signal: null },
                exits,
              }
            : {},
        ),
      )
      const log = logged(
        at,
        { message: 'missing required environment variable PAYMENTS_URL', error: 'ConfigError' },
        { count: 4, routes: [], instances: [first] },
      )
      return {
        world: worldOf(at, {
          alerts: [
            alertOf(at, 'InstanceRestarting', 'an instance restarted 3 times within a minute', {
              labels: { port: first.split(':')[1] ?? '' },
            }),
          ],
          log,
          instances: { instances, load_balancer: backends(at.instances.slice(1)) },
        }),
        truth: { causes: ['bad_configuration'], instances: [first] },
      }
    },
  },
  {
    id: 'an expired certificate',
    play: (at) => {
      const message = pick(at, [
        'x509: certificate has expired or is not yet valid',
        'certificate has expired',
        'PKIX path validation failed: validity check failed',
      ])
      const log = logged(at, { message, error: 'TlsError', status: 502 }, { routes: [at.routes[0] ?? ''] })
      return {
        world: worldOf(at, { alerts: [alertOf(at, 'ErrorBurst', BURST)], log, rate: rate(at, 0.3, { routes: [at.routes[0] ?? ''] }) }),
        truth: { causes: ['bad_configuration', 'dependency_down'] },
      }
    },
  },
  {
    id: 'rows that cannot be read',
    play: (at) => {
      const [route = ''] = at.routes
      const message = pick(at, [
        'invalid input syntax for type numeric: "1,99"',
        'Unexpected token < in JSON at position 0',
        'new row for relation "x" violates check constraint "price_positive"',
      ])
      const log = logged(
        at,
        { message, error: 'Error', status: 500, ...(message.startsWith('invalid') && { code: '22P02' }) },
        { routes: [route], count: 12 },
      )
      return {
        world: worldOf(at, {
          alerts: [alertOf(at, 'RouteFailing', `many requests to ${route} fail`, { labels: { route } })],
          log: [...noise(at), ...log],
          rate: rate(at, 0.08, { routes: [route] }),
        }),
        truth: { causes: ['bad_data'] },
      }
    },
  },
  {
    id: 'one broken instance',
    play: (at) => {
      const name = pick(at, at.instances)
      const log = logged(at, { message: 'template cache is inconsistent', error: 'Error', status: 500 }, { instances: [name] })
      return {
        world: worldOf(at, {
          alerts: [alertOf(at, 'HighErrorRate', BURST)],
          log,
          rate: rate(at, 0.85 / at.instances.length, { instances: [name] }),
        }),
        truth: { causes: ['bad_instance'], instances: [name] },
      }
    },
  },
  {
    id: 'errors that calm down for 15 s while the alert fires',
    play: (at) => {
      const log = logged(
        at,
        {
          message: "Cannot read properties of null (reading 'id')",
          error: 'TypeError',
          status: 500,
          stack: 'TypeError: x\n    at load (src/load.ts:9:3)',
        },
        { until: 2 },
      )
      return {
        world: worldOf(at, {
          alerts: [alertOf(at, 'HighErrorRate', BURST)],
          log,
          rate: rate(at, 0.4, { newest: 0 }),
          files: { 'src/load.ts': '\n\n\n\n\n\n\n\n  return row.id' },
        }),
        truth: { causes: ['application_exception'], recovered: false },
      }
    },
  },
  {
    id: 'errors that are over',
    play: (at) => {
      const log = logged(
        at,
        {
          message: "Cannot read properties of null (reading 'id')",
          error: 'TypeError',
          status: 500,
          stack: 'TypeError: x\n    at load (src/load.ts:9:3)',
        },
        { until: 25 },
      )
      return {
        world: worldOf(at, {
          alerts: [alertOf(at, 'ErrorBurst', BURST)],
          firing: false,
          log,
          rate: rate(at, 0.3, { newest: 0 }),
          files: { 'src/load.ts': '\n\n\n\n\n\n\n\n  return row.id' },
        }),
        truth: { causes: ['recovered'], recovered: true },
      }
    },
  },
]
