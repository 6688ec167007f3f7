import { randomInt } from 'node:crypto'
import { describeError, LabError } from '@oncall-lab/service-kit/errors'
import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'
import type { Incident } from '../api.ts'
import { defineTool, type Tool, type ToolContext } from '../functions/tool.ts'
import type { Store, StoredAction, StorePorts } from '../store/ports.ts'
import type { Action } from './action.ts'
import { actionEvents } from './action-events.ts'
import { actionLines, proposalText } from './action-texts.ts'
import { AUTO, decidePermission, type PermissionDecision } from './decide-permission.ts'
import { digestOf } from './digest.ts'
import type { ActionPolicy } from './policy.ts'
import { readTrouble, type Trouble } from './read-trouble.ts'
import type { Gauges } from './sli.ts'
import { queueTold } from './tell-action.ts'

/** What proposing needs. */
export interface ProposeDependencies {
  store: Store
  policy: ActionPolicy
  personOnCall: string
  /** Called with what ran by itself or waits for its answer; it is stored. */
  onProposed: (action: StoredAction, decision: 'allow' | 'ask') => void
  now?: (() => Date) | undefined
  /** Four digits. */
  code?: (() => string) | undefined
}

/** Its own name in transcripts. */
const PROPOSE_ACTION = 'propose_action'

const ProposeArgs = Type.Object({
  action: Type.String({ minLength: 1, maxLength: 60, description: 'One of the listed names.' }),
  // Whatever it holds goes on as it is: arguments of an action are never mended.
  arguments: Type.Unsafe<unknown>({ type: 'object', additionalProperties: true, description: 'As listed for the action.' }),
  reason: Type.String({ minLength: 1, maxLength: 600, description: 'Why this cures the cause you found, for the engineer.' }),
})

/** `propose_action`: stores a proposal and asks a person, or refuses it with a reason. It never carries anything out itself. */
export function proposeAction(deps: ProposeDependencies, actions: readonly Action[], gauges: readonly Gauges[] = []): Tool {
  return defineTool({
    name: PROPOSE_ACTION,
    description: `Proposes one action to the engineer, who allows or denies it; nothing is done before. Propose the least that cures the cause you found, and only when it fits the evidence. The actions: ${actions.map(describeAction).join(' ')}`,
    parameters: ProposeArgs,
    run: (args, context) => propose(deps, { actions, gauges }, args, context),
    summarise: ({ proposed, says }: { proposed: string; says: string }) => `${proposed} was proposed: ${says}`,
  })
}

function describeAction({ name, description, parameters, level }: Action): string {
  return `${name} ${JSON.stringify(parameters.properties)} (${level}): ${description}`
}

async function propose(
  deps: ProposeDependencies,
  { actions, gauges }: { actions: readonly Action[]; gauges: readonly Gauges[] },
  { action: name, arguments: args, reason }: Static<typeof ProposeArgs>,
  { incident: asGiven, signal }: ToolContext,
) {
  const refuse = async (code: string, message: string): Promise<never> => {
    await deps.store.incidents.append(asGiven.id, { kind: 'action_refused', action: name, arguments: args, reason: code, message })
    throw new LabError(message, { code, status: 403 })
  }
  const action = actions.find((each) => each.name === name)
  if (!action)
    return refuse('unknown_action', `There is no action ${name} here; there are: ${actions.map((each) => each.name).join(', ') || 'none'}`)
  const problem = argumentProblem(action, args)
  if (problem !== undefined) return refuse('invalid_arguments', `The arguments of ${name} do not fit: ${problem}`)
  const incident = (await deps.store.incidents.find(asGiven.id)) ?? asGiven
  const early = await decide(deps.store, deps.policy, { incident, action, args })
  if (early.kind === 'deny') return refuse(early.reason, early.message)
  const check = await action.check(args, { incident, signal }).catch((error: unknown) => ({
    kind: 'refuse' as const,
    reason: 'cannot_be_checked',
    message: `The world cannot be read: ${describeError(error)}`,
  }))
  if (check.kind === 'refuse') return refuse(check.reason, check.message)
  // Figures that cannot be read say nothing of a trouble that is over.
  const trouble = await readTrouble(gauges, action.verify.slis, { incident, signal }).catch(() => undefined)
  const simulation = trouble?.kind === 'eased' ? `The figures are good again (${trouble.says}). ${check.simulation}` : check.simulation
  const outcome = await store(deps, { incident, action, args, reason, simulation, trouble })
  if (outcome.kind === 'deny') return refuse(outcome.reason, outcome.message)
  deps.onProposed(outcome.stored, outcome.kind)
  return { proposed: outcome.stored.id, says: outcome.stored.says, waits_for: outcome.kind === 'ask' ? 'the engineer' : 'nobody' }
}

/** In words; undefined when the arguments fit as they are. */
function argumentProblem({ parameters }: Action, args: unknown): string | undefined {
  if (Value.Check(parameters, args)) return undefined
  const [problem] = Value.Errors(parameters, args)
  return `${problem?.instancePath.slice(1) || 'arguments'} ${problem?.message ?? 'are wrong'}`
}

async function decide(
  ports: StorePorts,
  policy: ActionPolicy,
  { incident, action, args, trouble }: Pick<NewProposal, 'incident' | 'action' | 'args' | 'trouble'>,
): Promise<PermissionDecision> {
  const [earlier, ofService, timeline] = await Promise.all([
    ports.actions.list({ incidentId: incident.id }),
    ports.actions.list({ service: incident.service, limit: 200 }),
    ports.incidents.timeline(incident.id),
  ])
  const made = timeline.findLast(({ event }) => event.kind === 'diagnosis')?.event
  const madeBy = made?.kind === 'diagnosis' ? made.made_by : undefined
  const meant = (given: unknown) => action.meaning?.(given) ?? given
  const proposal = { action: action.name, arguments: meant(args), level: action.level }
  const known = earlier.map((each) => (each.action === action.name ? { ...each, arguments: meant(each.arguments) } : each))
  return decidePermission({ policy, proposal, incident, madeBy, earlier: known, ofService, trouble })
}

interface NewProposal {
  incident: Incident
  action: Action
  args: unknown
  reason: string
  simulation: string
  trouble?: Trouble | undefined
}

/** Decides once more and stores the proposal with the message to the person, in one change: two at a time are one. */
async function store(deps: ProposeDependencies, { incident, action, args, reason, simulation, trouble }: NewProposal) {
  const { policy, now = () => new Date(), code = () => String(randomInt(1_000, 10_000)) } = deps
  return deps.store.transaction(async (ports) => {
    const present = (await ports.incidents.find(incident.id)) ?? incident
    const decision = await decide(ports, policy, { incident: present, action, args, trouble })
    if (decision.kind === 'deny') return decision
    const open = new Set((await ports.actions.list({ statuses: ['proposed'] })).map((each) => each.code))
    let digits = code()
    while (open.has(digits)) digits = code()
    const stored = await ports.actions.propose(
      {
        incident_id: incident.id,
        service: incident.service,
        action: action.name,
        arguments: args as Record<string, unknown>, // Checked against the action's parameters, an object.
        level: action.level,
        says: action.says(args),
        reason,
        simulation,
        permission: decision.reason,
        digest: digestOf({ incidentId: incident.id, action: action.name, args, level: action.level, policy }),
        expires_at: new Date(now().getTime() + policy.approveWithinMs).toISOString(),
        code: digits,
      },
      actionEvents.proposed,
    )
    if (decision.kind === 'allow') {
      const change = { decided_at: now().toISOString(), decided_by: AUTO }
      await ports.actions.move(stored.id, { from: ['proposed'], to: 'approved', change, events: [actionEvents.approved(stored, AUTO)] })
      await queueTold(ports, deps.personOnCall, stored, { body: actionLines.allowed(incident.ref, stored) })
    } else {
      const body = proposalText(incident.ref, stored, Math.round(policy.approveWithinMs / 60_000))
      await queueTold(ports, deps.personOnCall, stored, { body, hidden: digits })
    }
    return { kind: decision.kind, stored }
  })
}
