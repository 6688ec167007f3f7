import { type Static, Type } from 'typebox'
import { type Action, type ActionContext, type CheckDecision, defineAction } from '../../../actions/action.ts'
import type { ActingClient } from '../acting-client.ts'
import { checkTarget, refuse } from '../check-fleet.ts'
import { FLEET_VERIFY } from './fleet-action.ts'

const Args = Type.Object(
  { part: Type.Enum(['database', 'load-balancer'], { description: 'What does not run.' }) },
  { additionalProperties: false },
)
type Args = Static<typeof Args>

/** `start_part`: what the shop rests on runs again. High, for somebody may have stopped it on purpose, and only a person knows. */
export function startPart(client: ActingClient): Action {
  return defineAction({
    name: 'start_part',
    description:
      'Starts the database or the load balancer of the shop where it does not run. Cures a part that was stopped or killed; the instances reconnect by themselves. Never restarts what runs.',
    parameters: Args,
    level: 'high',
    says: ({ part }) => `Starts the ${wordsOf(part)}, which does not run; nothing else is touched.`,
    check: (args, context) => check(client, args, context),
    before: async () => ({}),
    run: ({ part }, { signal }) => client.startPart(part, signal),
    async readOutcome({ part }, _before, { signal }) {
      const state = (await client.parts(signal)).find((each) => each.part === part)?.state
      if (state === 'running') return { kind: 'done', output: `The ${wordsOf(part)} runs.` }
      return state === 'starting' ? { kind: 'under_way' } : { kind: 'not_done' }
    },
    verify: FLEET_VERIFY,
  })
}

const wordsOf = (part: Args['part']) => part.replace('-', ' ')

async function check(client: ActingClient, { part }: Args, { incident, signal }: ActionContext): Promise<CheckDecision> {
  const wrong = checkTarget(incident)
  if (wrong) return wrong
  const found = (await client.parts(signal)).find((each) => each.part === part)
  if (!found) return refuse('unknown_part', `Nobody knows of a ${wordsOf(part)} here`)
  if (found.state === 'running') return refuse('nothing_to_do', `The ${wordsOf(part)} runs already`)
  if (!found.is_ours) return refuse('not_ours', `The ${wordsOf(part)} is not started from here; ask whoever runs it`)
  if (found.state === 'starting') return refuse('nothing_to_do', `The ${wordsOf(part)} is being started already`)
  return { kind: 'ok', simulation: `The ${wordsOf(part)} gives no answer now, and nothing else changes.` }
}
