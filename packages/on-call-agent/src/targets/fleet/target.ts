import { defineConnector } from '../../connector.ts'
import { SHOP_SERVICES } from '../shop.ts'
import type { Target } from '../target.ts'
import { fetchLogs } from './fetch-logs.ts'
import { listInstances } from './list-instances.ts'
import { createLoadBalancerClient } from './load-balancer.ts'
import { SHOP_METRICS } from './metrics.ts'
import { createProcessManagerClient } from './process-manager.ts'
import { fleetSettings } from './settings.ts'

/** The shop's instances: their error log through the load balancer, and their states from the process manager. */
export const fleet = defineConnector<Target, typeof fleetSettings>({
  id: 'fleet',
  settings: fleetSettings,
  connect({ LB_URL, PM_URL }) {
    const loadBalancer = createLoadBalancerClient(LB_URL)
    const port: Target = {
      id: 'fleet',
      sees: "the shop's error log and its instances",
      covers: async ({ service }) => SHOP_SERVICES.includes(service),
      firstLook: [{ name: 'fetch_logs', args: { seconds: 120, limit: 50 } }],
      withoutModel: [{ name: 'list_instances', args: {} }],
      functions: [fetchLogs(loadBalancer), listInstances(createProcessManagerClient(PM_URL), loadBalancer)],
      hints: { query_prometheus: SHOP_METRICS },
    }
    return { kind: 'on', port, about: { id: 'fleet', name: 'Fleet', kind: 'real', address: PM_URL, variable: 'PM_URL' } }
  },
})
