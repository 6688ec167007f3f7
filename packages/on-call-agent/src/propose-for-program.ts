import { conflict } from '@oncall-lab/service-kit/errors'
import type { ActionPolicy } from './actions/policy.ts'
import type { Incident, ProposeRequest } from './api.ts'
import type { Tool } from './functions/tool.ts'
import { actionsOf, lookForService } from './targets/sight.ts'
import type { Target } from './targets/target.ts'

interface ProgramDependencies {
  targets: readonly Target[]
  policy: Pick<ActionPolicy, 'mode'>
  proposeTools: (there: ReturnType<typeof actionsOf>) => Tool[]
}

/**
 * A proposal by another program: checked and stored like the model's own, and a person decides. In the mode `auto`, in which one might be carried out
 * at once, only the agent itself proposes. @throws LabError 403 with the reason of the policy, 409 where nothing can be proposed.
 */
export async function proposeForProgram(
  { targets, policy, proposeTools }: ProgramDependencies,
  incident: Incident,
  { action, arguments: args, reason }: Omit<ProposeRequest, 'incident'>,
  signal: AbortSignal,
): Promise<{ proposed: string; says: string }> {
  if (policy.mode === 'auto')
    throw conflict('ACTIONS_MODE is auto: only the agent itself proposes actions, so that none of a program is carried out unasked')
  const { seeing } = await lookForService(targets, incident, signal)
  const [tool] = proposeTools(actionsOf(seeing))
  if (!tool)
    throw conflict(
      `Nothing can be proposed for ${incident.ref}: ACTIONS_MODE is off, or no target that sees ${incident.service} has actions`,
    )
  const { proposed, says } = (await tool.run({ action, arguments: args, reason }, { incident, signal })) as {
    proposed: string
    says: string
  } // As `propose_action` answers.
  return { proposed, says }
}
