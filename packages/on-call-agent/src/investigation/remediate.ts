import type { Incident, TimelineEvent } from '../api.ts'
import type { Tool } from '../functions/tool.ts'
import type { ChatMessage } from '../incidents/transcript.ts'
import type { Store } from '../store/ports.ts'
import { actionsOf, functionsOf, lookForService } from '../targets/sight.ts'
import type { Target } from '../targets/target.ts'
import { agentSpan } from '../telemetry/gen-ai.ts'
import { NO_TRACER } from '../telemetry/tracer.ts'
import { metered } from '../usage/meter.ts'
import { runCalls, type TurnDependencies, takeAnswer } from './turn.ts'

/** What proposing a remedy needs. */
export interface RemedyDependencies extends TurnDependencies {
  store: Store
  targets: readonly Target[]
  /** `propose_action` over what can be done there; none where nothing may be proposed. */
  proposeTools: (there: ReturnType<typeof actionsOf>) => Tool[]
}

/** Answers until it has proposed, or has words instead. */
const STEPS = 4
const DEADLINE_MS = 60_000
/** Function calls beside those of the investigation, which may have used up all of its own. */
const CALLS = 12

/** What a model reads where its diagnosis was accepted. */
export const REMEDY_NEXT =
  'If one of the actions of propose_action cures just this cause, propose the least one now. If none does, answer with the word none.'

/**
 * Lets the model propose the least action that cures what it has diagnosed. The page is out already, so a failure here costs nobody a page. Nothing is
 * proposed for what is over or not understood; what one instance alone has may be kept away from customers, whatever its cause.
 */
export async function proposeRemedy(given: RemedyDependencies, incidentId: string, signal: AbortSignal): Promise<void> {
  const deps = { ...given, limits: { ...given.limits, calls: given.limits.calls + CALLS } }
  const { store } = deps
  const incident = await store.incidents.find(incidentId)
  if (!incident || !isCurable(incident, await store.incidents.timeline(incidentId))) return
  await noteDenial(store, incidentId)
  if (!isDue(await store.transcripts.read(incidentId))) return
  const within = AbortSignal.any([signal, AbortSignal.timeout(DEADLINE_MS)])
  const { seeing } = await lookForService(deps.targets, incident, within)
  const proposing = deps.proposeTools(actionsOf(seeing))
  if (proposing.length === 0) return
  const tools = [...functionsOf(seeing), ...proposing]
  const { tracer = NO_TRACER } = deps
  await metered(deps, incident, (counted) => tracer.span(agentSpan(incident, 'remedy'), () => takeSteps(counted, incident, tools, within)))
}

async function takeSteps(deps: RemedyDependencies, incident: Incident, tools: Tool[], signal: AbortSignal): Promise<void> {
  const { store } = deps
  const incidentId = incident.id
  for (let step = 0; step < STEPS; step += 1) {
    const before = (await store.actions.list({ incidentId })).length
    const answer = await takeAnswer(deps, incident, tools, signal)
    if (!answer.tool_calls) return
    await runCalls(deps, incident, answer, tools, signal)
    if ((await store.actions.list({ incidentId })).length > before) return
  }
}

/** Puts the newest proposal's denial into the transcript, once: it is answered by another proposal, or by none. */
async function noteDenial(store: Store, incidentId: string): Promise<void> {
  const [newest] = await store.actions.list({ incidentId, limit: 1 })
  if (newest?.status !== 'denied' || newest.status_reason === null) return
  const lead = `${DENIED}${newest.id} `
  if ((await store.transcripts.read(incidentId)).some(({ role, content }) => role === 'user' && content.startsWith(lead))) return
  const content = `${lead}(${newest.action}): ${newest.status_reason}. ${REMEDY_NEXT} Do not propose the same again.`
  await store.transcripts.append(incidentId, [{ role: 'user', content }])
}

const DENIED = 'The engineer denied '

function isCurable({ status, diagnosis }: Incident, timeline: TimelineEvent[]): boolean {
  const made = timeline.findLast(({ event }) => event.kind === 'diagnosis')?.event
  if (status === 'resolved' || made?.kind !== 'diagnosis' || made.made_by !== 'model') return false
  if (diagnosis?.status === 'inconclusive') return diagnosis.instances?.length === 1
  return diagnosis?.status === 'diagnosed' || diagnosis?.status === 'suspected'
}

/** True until the model has answered to the acceptance of its diagnosis or to a denial; a refused proposal is answered again. */
function isDue(transcript: ChatMessage[]): boolean {
  const newest = transcript.at(-1)
  return newest?.role === 'tool' || (newest?.role === 'user' && newest.content.startsWith(DENIED))
}
