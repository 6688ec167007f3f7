import { collectDefaultMetrics, Registry } from 'prom-client'

/** A service's metrics with Node's own, never the process-wide registry. */
export function createRegistry(): Registry {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  return registry
}
