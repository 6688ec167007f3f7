import { covering } from '../../coverage.ts'
import { defineTool } from '../../functions/tool.ts'
import { ProbeArgs, ProbeResult } from '../../look-functions.ts'
import type { InstanceReader } from './instance-reader.ts'
import type { ProcessManagerClient } from './process-manager.ts'
import { requireShop } from './shop-only.ts'

/** `probe_endpoint`: one GET of a fixed path at each instance and at the balancer; addresses come from the process manager, never from a model. */
export function probeEndpoint(processManager: ProcessManagerClient, reader: InstanceReader) {
  return defineTool({
    name: 'probe_endpoint',
    description:
      'One GET of a path at each instance itself and through the load balancer: status and time of each. Tells an instance that fails from a way to it that fails.',
    parameters: ProbeArgs,
    result: ProbeResult,
    async run({ path }, { incident, signal }): Promise<ProbeResult> {
      requireShop(incident)
      const instances = (await processManager.instances(signal)).map(({ instance }) => instance).slice(0, 10)
      const answers = await Promise.all([
        reader.probe(undefined, path, signal),
        ...instances.map((instance) => reader.probe(instance, path, signal)),
      ])
      return { ...covering(null), path, answers }
    },
    summarise({ path, answers }) {
      const bad = answers.filter(({ status }) => status === null || status >= 500)
      if (bad.length === 0) return `${path} is answered by all ${answers.length}.`
      return `${path} fails at ${bad.map(({ at, status, error }) => `${at} (${status ?? error})`).join(', ')}.`
    },
  })
}
