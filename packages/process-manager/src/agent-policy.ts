import type { Instance } from './api.ts'
import type { LastChange } from './setting-schema.ts'

/** What the on-call agent may ask of the fleet. */
export type AgentCall =
  | { kind: 'scale'; replicas: number }
  | { kind: 'restart'; port: number }
  | { kind: 'drain'; port: number; keep: boolean }
  | { kind: 'undrain'; port: number }
  | { kind: 'deploy'; release: string }
  | { kind: 'rolling-restart' }
  /** Its route starts only what is down, and takes nothing from anybody. */
  | { kind: 'start-part'; part: string }
  | { kind: 'set'; component: string; setting: string; value: string; ports?: readonly number[] | undefined }

/** What the decision rests on. */
export interface FleetView {
  /** How many instances there shall be. */
  replicas: number
  instances: readonly Pick<Instance, 'port' | 'state' | 'drained'>[]
  ranWell: (release: string) => boolean
  /** The newest change of a setting. */
  lastChange: (component: string, setting: string) => LastChange | undefined
  /** What is going on already. */
  busy: string | undefined
}

/** Allowed, or why not. */
export type AgentDecision = { kind: 'allow' } | { kind: 'refuse'; reason: string }

/** The agent scales within these, one step at a time. */
const FEWEST = 2
const MOST = 8

/**
 * The fleet's own judgement of a call of the agent, whatever the agent, its model or a person told it: small steps that can be taken back, one at a time,
 * and never one that leaves nobody who serves. People are not bound by it.
 */
export function decideAgentCall(call: AgentCall, view: FleetView): AgentDecision {
  if (view.busy !== undefined) return refuse(`one change at a time: ${view.busy} is going on`)
  if (call.kind === 'scale') return decideScale(call.replicas, view.replicas)
  if (call.kind === 'deploy')
    return view.ranWell(call.release)
      ? { kind: 'allow' }
      : refuse(
          `release ${call.release} has not run well here before; the agent deploys only releases that GET /releases marks with ran_well`,
        )
  if (call.kind === 'set') return decideSet(call, view)
  if (call.kind === 'undrain' || call.kind === 'start-part') return { kind: 'allow' }
  if (call.kind === 'drain' && !call.keep) return refuse('the agent drains only with keep: true, so that POST /undrain can take it back')
  const { instances } = view
  if (call.kind === 'rolling-restart') {
    const serving = instances.filter(({ state, drained }) => state === 'running' && !drained).length
    return serving > 1 ? { kind: 'allow' } : refuse(`${serving} instances serve, so nobody would serve meanwhile`)
  }
  if (instances.every(({ port }) => port !== call.port)) return refuse(`there is no instance on ${call.port}`)
  const drained = instances.find((each) => each.drained && each.port !== call.port)
  if (call.kind === 'drain' && drained) return refuse(`one instance at a time: ${drained.port} is drained already`)
  const others = instances.filter(({ port, state, drained: isOut }) => port !== call.port && state === 'running' && !isOut)
  return others.length > 0 ? { kind: 'allow' } : refuse(`no other instance would serve while ${call.port} does not`)
}

/** Back to what it was before its last change, there where that was made, and to nothing else. */
function decideSet({ component, setting, value, ports }: AgentCall & { kind: 'set' }, { lastChange }: FleetView): AgentDecision {
  const last = lastChange(component, setting)
  if (!last) return refuse(`nobody has changed ${component} ${setting}, so there is nothing to take back`)
  const where = ({ ports: chosen }: { ports?: readonly number[] | undefined }) => (chosen ? chosen.toSorted().join(', ') : 'everywhere')
  if (value !== last.from || where({ ports }) !== where(last))
    return refuse(`the agent only takes the last change back: ${component} ${setting} to ${last.from} (${where(last)})`)
  return { kind: 'allow' }
}

function decideScale(to: number, from: number): AgentDecision {
  if (to < FEWEST || to > MOST) return refuse(`the agent scales to ${FEWEST} to ${MOST} instances, not to ${to}`)
  if (Math.abs(to - from) !== 1) return refuse(`the agent scales by one instance at a time; there are to be ${from}, not ${to}`)
  return { kind: 'allow' }
}

const refuse = (reason: string): AgentDecision => ({ kind: 'refuse', reason })
