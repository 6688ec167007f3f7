import { AGENT_TOKEN } from '@oncall-lab/process-manager/api'
import { defineConnector } from '../../connector.ts'
import { logsSince, minutesSince } from '../bundled-look.ts'
import { SHOP_SERVICES } from '../shop.ts'
import type { Target } from '../target.ts'
import { createActingClient } from './acting-client.ts'
import { changeSetting } from './actions/change-setting.ts'
import { deployRelease } from './actions/deploy-release.ts'
import { drainInstance } from './actions/drain-instance.ts'
import { restartInstance } from './actions/restart-instance.ts'
import { rollingRestart } from './actions/rolling-restart.ts'
import { scaleService } from './actions/scale-service.ts'
import { startPart } from './actions/start-part.ts'
import { fetchLogs } from './fetch-logs.ts'
import { getBalancerState } from './get-balancer-state.ts'
import { getRuntimeMetrics } from './get-runtime-metrics.ts'
import { createInstanceReader } from './instance-reader.ts'
import { listChanges } from './list-changes.ts'
import { listInstances } from './list-instances.ts'
import { createLoadBalancerClient } from './load-balancer.ts'
import { createLogTail } from './log-tail.ts'
import { SHOP_METRICS } from './metrics.ts'
import { probeEndpoint } from './probe-endpoint.ts'
import { createProcessManagerClient } from './process-manager.ts'
import { readEnds } from './read-ends.ts'
import { fleetSettings } from './settings.ts'

/** The shop's instances: their error log through the load balancer, and their states from the process manager. */
export const fleet = defineConnector<Target, typeof fleetSettings>({
  id: 'fleet',
  settings: fleetSettings,
  connect({ FLEET, LB_URL, PM_URL, PM_AGENT_TOKEN }) {
    if (FLEET === 'off') return { kind: 'off', about: { id: 'fleet', name: 'Fleet', kind: 'off', address: null, variable: 'FLEET' } }
    const loadBalancer = createLoadBalancerClient(LB_URL)
    const acting = createActingClient(PM_URL, PM_AGENT_TOKEN ?? AGENT_TOKEN)
    const processManager = createProcessManagerClient(PM_URL)
    const reader = createInstanceReader(LB_URL)
    const tailLogs = createLogTail(loadBalancer, processManager, reader)
    const port: Target = {
      id: 'fleet',
      sees: "the shop's error log and its instances",
      covers: async ({ service }) => SHOP_SERVICES.includes(service),
      firstLook: [{ name: 'fetch_logs', args: { seconds: 120, limit: 50 } }],
      withoutModel: [{ name: 'list_instances', args: {} }],
      functions: [
        fetchLogs(tailLogs),
        listInstances(processManager, loadBalancer),
        getBalancerState(processManager, loadBalancer),
        probeEndpoint(processManager, reader),
        getRuntimeMetrics(processManager, reader),
        listChanges(processManager),
      ],
      actions: [restartInstance, scaleService, drainInstance, deployRelease, rollingRestart, changeSetting, startPart].map((action) =>
        action(acting),
      ),
      ends: (_incident, signal) => readEnds({ processManager, tailLogs }, signal),
      bundled: (subject) => [
        { layer: 'os', name: 'instances', call: { name: 'list_instances', args: {} } },
        { layer: 'os', name: 'runtime', call: { name: 'get_runtime_metrics', args: {} } },
        { layer: 'os', name: 'balancer', call: { name: 'get_balancer_state', args: {} } },
        { layer: 'os', name: 'changes', call: { name: 'list_changes', args: { minutes: minutesSince(subject.from) } } },
        logsSince(subject.from),
      ],
      hints: { query_prometheus: SHOP_METRICS },
    }
    return { kind: 'on', port, about: { id: 'fleet', name: 'Fleet', kind: 'real', address: PM_URL, variable: 'PM_URL' } }
  },
})
