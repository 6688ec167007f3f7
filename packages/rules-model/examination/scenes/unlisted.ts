import { present } from '../../test-parts/simulated-metrics.ts'
import type { Scene } from '../scene.ts'
import { alertOf, between, logged, noise, rate, worldOf } from '../setting.ts'

/** Causes that no family was built for. */
export const UNLISTED_SCENES: Scene[] = [
  {
    id: 'customers’ requests are refused',
    unlisted: true,
    play: (at) => ({
      world: worldOf(at, {
        alerts: [alertOf(at, 'FewOrders', 'reservations are refused')],
        metrics: { refused_requests: [present({ status: '409', route: at.routes[2] ?? '' }, between(at, 0.2, 0.5))] },
      }),
      truth: { causes: ['unknown', 'bad_data'] },
    }),
  },
  {
    id: 'clocks that differ',
    unlisted: true,
    play: (at) => ({
      world: worldOf(at, {
        alerts: [alertOf(at, 'ErrorBurst', 'errors')],
        log: logged(at, { message: 'token used before issued', error: 'JwtError', status: 500 }),
        rate: rate(at, 0.7),
      }),
      truth: { causes: ['unknown'] },
    }),
  },
  {
    id: 'a partner’s limit of requests',
    unlisted: true,
    play: (at) => ({
      world: worldOf(at, {
        alerts: [alertOf(at, 'ErrorBurst', 'errors')],
        log: [
          ...noise(at),
          ...logged(
            at,
            { message: 'quota exceeded for project shop, retry in 60 s', error: 'QuotaError', status: 500 },
            { routes: [at.routes[2] ?? ''] },
          ),
        ],
        rate: rate(at, 0.3, { routes: [at.routes[2] ?? ''] }),
      }),
      truth: { causes: ['unknown', 'dependency_down'] },
    }),
  },
  {
    id: 'a queue that is not emptied',
    unlisted: true,
    play: (at) => ({
      world: worldOf(at, { alerts: [alertOf(at, 'OrderQueueLag', '41000 messages wait')] }),
      truth: { causes: ['unknown', 'out_of_sight'] },
    }),
  },
  {
    id: 'a feature flag without a variant',
    unlisted: true,
    play: (at) => ({
      world: worldOf(at, {
        alerts: [alertOf(at, 'ErrorBurst', 'errors')],
        log: logged(
          at,
          { message: 'flag new-cart has no variant for segment eu', error: 'FlagError', status: 500 },
          { routes: [at.routes[0] ?? ''] },
        ),
        rate: rate(at, 0.25, { routes: [at.routes[0] ?? ''] }),
      }),
      truth: { causes: ['unknown', 'bad_configuration'] },
    }),
  },
  {
    id: 'responses cut by a proxy',
    unlisted: true,
    play: (at) => ({
      world: worldOf(at, {
        alerts: [
          {
            alertname: 'SyntheticCheckFailing',
            severity: 'critical',
            summary: 'the checkout journey fails from outside',
            labels: { service: at.service },
          },
        ],
        rate: rate(at, 0),
      }),
      truth: { causes: ['unknown', 'out_of_sight'] },
    }),
  },
]
