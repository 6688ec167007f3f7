import { AGENT_TOKEN } from '@oncall-lab/process-manager/api'
import { createActingClient } from '../src/targets/fleet/acting-client.ts'
import { changeSetting } from '../src/targets/fleet/actions/change-setting.ts'
import { deployRelease } from '../src/targets/fleet/actions/deploy-release.ts'
import { drainInstance } from '../src/targets/fleet/actions/drain-instance.ts'
import { restartInstance } from '../src/targets/fleet/actions/restart-instance.ts'
import { rollingRestart } from '../src/targets/fleet/actions/rolling-restart.ts'
import { scaleService } from '../src/targets/fleet/actions/scale-service.ts'
import { startPart } from '../src/targets/fleet/actions/start-part.ts'
import { createPrometheusClient } from '../src/targets/prometheus/client.ts'
import { createServiceFinder } from '../src/targets/prometheus/find-service.ts'
import { createGauges } from '../src/targets/prometheus/gauges.ts'
import type { Target } from '../src/targets/target.ts'
import type { BrokenShop } from './broken-shop.ts'
import { lookTarget } from './look-tools.ts'

/** A target that can look as every test's can, and act on the shop by the fleet's own actions. */
export function actingTarget({ url }: Pick<BrokenShop, 'url'>): Target {
  const client = createActingClient(url, AGENT_TOKEN)
  const prometheus = createPrometheusClient(url)
  return {
    ...lookTarget(),
    actions: [restartInstance, scaleService, drainInstance, deployRelease, rollingRestart, changeSetting, startPart].map((action) =>
      action(client),
    ),
    gauges: createGauges(prometheus, createServiceFinder(prometheus, 'job')),
  }
}
