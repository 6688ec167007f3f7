import { defineConnector } from '../../connector.ts'
import type { Target } from '../target.ts'
import { fetchLogs } from './fetch-logs.ts'
import { listInstances } from './list-instances.ts'
import { createLoadBalancerClient } from './load-balancer.ts'
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
      sees: 'The error log and the instances of the service.',
      covers: async () => true,
      firstLook: [
        { name: 'fetch_logs', args: { seconds: 120, limit: 50 } },
        { name: 'list_instances', args: {} },
      ],
      functions: [fetchLogs(loadBalancer), listInstances(createProcessManagerClient(PM_URL), loadBalancer)],
    }
    return { kind: 'on', port, about: { id: 'fleet', name: 'Fleet', kind: 'real', address: PM_URL, variable: 'PM_URL' } }
  },
})
