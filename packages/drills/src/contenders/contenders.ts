import { CliError } from '@oncall-lab/lab/cli-error'
import { agentElsewhere } from './agent-elsewhere.ts'
import { BASELINES } from './baselines.ts'
import type { Contender } from './contender.ts'
import { labAgent } from './lab-agent.ts'

/** Everybody who can be paged by name. */
export const CONTENDERS: readonly Contender[] = [labAgent(), ...BASELINES]

/** Who plays: names with commas between them, `baselines`, `everybody`; and an agent at an address. @throws CliError for a name that nobody has, or an address that is none. */
export function chooseContenders(names: string, url: string | undefined): Contender[] {
  const chosen = names.split(',').flatMap((name) => {
    if (name === 'baselines') return BASELINES
    if (name === 'everybody') return CONTENDERS
    const found = CONTENDERS.find((contender) => contender.name === name)
    if (!found)
      throw new CliError(
        `There is no agent ${JSON.stringify(name)}; there is ${CONTENDERS.map((each) => each.name).join(', ')}, baselines and everybody`,
      )
    return [found]
  })
  // An agent at an address plays alone unless others are named as well.
  if (url === undefined) return chosen
  if (!/^https?:$/.test(URL.parse(url)?.protocol ?? ''))
    throw new CliError(`--agent must be an http or https address such as http://127.0.0.1:8080/alerts, got ${JSON.stringify(url)}`)
  return [agentElsewhere(url), ...(names === 'lab' ? [] : chosen)]
}
