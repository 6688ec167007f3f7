import { covering } from '../../coverage.ts'
import { defineTool, type Tool } from '../../functions/tool.ts'
import { CheckHostArgs, CheckHostResult, summariseHost } from '../../host-functions.ts'
import { type Host, requireHosts } from './host.ts'
import { readHost } from './read-host.ts'

/** `check_host`: everything that is listed of the incident's hosts, as it is now. */
export function checkHost(hosts: readonly Host[]): Tool {
  return defineTool({
    name: 'check_host',
    description:
      'The present state of the hosts of the service: its services as systemd shows them, disks, busiest processes, whether listed pages answer, and which configuration differs from its saved copy.',
    parameters: CheckHostArgs,
    result: CheckHostResult,
    async run(_args, { incident, signal }): Promise<CheckHostResult> {
      const found = await Promise.all(requireHosts(hosts, incident).map((host) => readHost(host, signal)))
      const errors = found.flatMap((each) => each.errors.map((error) => `${each.reading.host}: ${error}`))
      return { ...covering(null, 0, errors), hosts: found.map(({ reading }) => reading) }
    },
    summarise: summariseHost,
  })
}
