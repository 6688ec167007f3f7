import { LabError } from '@oncall-lab/service-kit/errors'
import type { Diagnosis, Incident } from '../api.ts'
import { failure, type ToolOutcome } from '../functions/call-tool.ts'
import { parseArguments } from '../functions/parse-arguments.ts'
import type { Tool } from '../functions/tool.ts'
import type { AssistantMessage, ChatMessage, ToolCall } from '../incidents/transcript.ts'
import type { ToolDescription } from '../models/model.ts'
import type { Store } from '../store/ports.ts'
import { firstLookOf, functionsOf, lookForService, type Sight } from '../targets/sight.ts'
import type { Target } from '../targets/target.ts'
import { checkDiagnosis, REFUSALS } from './check-diagnosis.ts'
import { groundDiagnosis } from './grounding.ts'
import { NOTE_HYPOTHESES, noteHypotheses } from './note-hypotheses.ts'
import { openTranscript } from './prompt.ts'
import { SEND_DIAGNOSIS } from './send-diagnosis.ts'
import { NOBODY_READS, runCalls, storeOutcomes, type TurnDependencies, takeAnswer } from './turn.ts'

/** How an investigation ended. A failed one is followed by a page without AI. */
export type InvestigationOutcome =
  | { kind: 'diagnosed'; diagnosis: Diagnosis; call: ToolCall }
  | { kind: 'failed'; reason: string; message: string }

/** What an investigation needs: the turn's parts, and what can be looked at. */
export interface InvestigationDependencies extends TurnDependencies {
  store: Store
  targets: readonly Target[]
}

/** Works on one incident until a supported diagnosis or a limit. Continues a transcript that a restart interrupted. */
export async function investigate(deps: InvestigationDependencies, incident: Incident, signal: AbortSignal): Promise<InvestigationOutcome> {
  const { store, limits, model } = deps
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(timeLeftMs(incident, limits.deadlineMs))])
  await store.incidents.enterPhase(incident.id, 'analyze')
  const sight = await lookForService(deps.targets, incident, deadline)
  if ((await store.transcripts.read(incident.id)).length === 0) {
    await store.transcripts.append(incident.id, openTranscript(incident, sight), [{ kind: 'investigation_started', model: model.name }])
  }
  if (sight.seeing.length === 0) return { kind: 'failed', reason: 'out_of_sight', message: `No target can see ${incident.service}` }
  try {
    return await takeSteps(deps, incident, sight, deadline)
  } catch (error) {
    if (signal.aborted) throw error
    if (deadline.aborted)
      return { kind: 'failed', reason: 'deadline', message: `The model came to no diagnosis within ${limits.deadlineMs / 1000} s` }
    // Its causes quote the server, and this goes to a phone.
    if (error instanceof LabError) return { kind: 'failed', reason: error.code, message: error.message }
    throw error
  }
}

async function takeSteps(
  deps: InvestigationDependencies,
  incident: Incident,
  sight: Sight,
  deadline: AbortSignal,
): Promise<InvestigationOutcome> {
  const { store, limits } = deps
  const tools = [...functionsOf(sight.seeing), noteHypotheses(store)]
  let refusals = 0
  let fruitless = 0
  for (let step = 0; step < limits.steps; step += 1) {
    const isLast = step === limits.steps - 1 || fruitless === MOST_FRUITLESS
    const answer = await takeAnswer(deps, incident, await offeredTools(store, incident, sight, isLast ? [] : tools), deadline)
    const sent = answer.tool_calls?.find(({ function: { name } }) => name === SEND_DIAGNOSIS.name)
    const outcomes = await runCalls(deps, incident, withoutDiagnoses(answer), tools, deadline)
    fruitless = sent || outcomes.some(isLook) ? 0 : fruitless + 1
    if (sent) {
      const decision = await decideDiagnosis(store, incident, sent, isLast ? REFUSALS : refusals)
      if (decision.kind === 'accept') return { kind: 'diagnosed', diagnosis: decision.diagnosis, call: sent }
      if (decision.reason !== 'hypotheses_first') refusals += 1
      await storeOutcomes(store, incident.id, [refused(sent, decision)])
    } else if (!answer.tool_calls) {
      await store.transcripts.append(incident.id, [{ role: 'user', content: NOBODY_READS }])
    }
    if (isLast) break
  }
  if (fruitless > MOST_FRUITLESS)
    return { kind: 'failed', reason: 'no_progress', message: `The model asked for nothing that can be had, ${fruitless} times in a row` }
  return { kind: 'failed', reason: 'too_many_steps', message: `The model came to no diagnosis within ${limits.steps} answers` }
}

/** Answers in a row that look at nothing and conclude nothing: then the model is asked to conclude, once. */
const MOST_FRUITLESS = 3
/** Refused before it was made. */
const REFUSED = /"code":"(?:unknown_function|invalid_arguments|repeated_call|too_many_calls)"/

/** A look that failed is one all the same. */
const isLook = ({ ok, result }: ToolOutcome) => ok || !REFUSED.test(result.slice(0, 100))

interface Refusal {
  kind: 'refuse'
  reason: string
  message: string
}

/** The first diagnosis without hypotheses is refused, however well it stands: what nobody noted, nobody compared. */
async function decideDiagnosis(
  store: Store,
  incident: Incident,
  sent: ToolCall,
  refusals: number,
): Promise<{ kind: 'accept'; diagnosis: Diagnosis } | Refusal> {
  await store.incidents.enterPhase(incident.id, 'diagnose')
  const transcript = await store.transcripts.read(incident.id)
  const decision = checkDiagnosis(parse(sent.function.arguments), transcript, refusals)
  if (decision.kind === 'refuse') return decision
  if (refusals < REFUSALS && !hasNoted(transcript)) return { kind: 'refuse', reason: 'hypotheses_first', message: HYPOTHESES_FIRST }
  return { kind: 'accept', diagnosis: await keepSeen(store, incident.id, decision.diagnosis, transcript) }
}

/** What a model is told, once, that concludes without having compared. */
const HYPOTHESES_FIRST =
  'Note with note_hypotheses what you considered: at least two causes, or one with the reason why no other fits. Then send the diagnosis again'

/** Whether hypotheses were noted, or asked for before. */
function hasNoted(transcript: ChatMessage[]): boolean {
  return transcript.some(
    (message) =>
      (message.role === 'assistant' && message.tool_calls?.some(({ function: { name } }) => name === NOTE_HYPOTHESES)) ||
      (message.role === 'tool' && message.content.includes(HYPOTHESES_FIRST)),
  )
}

function refused(call: ToolCall, { reason, message }: Refusal): ToolOutcome {
  const summary = `The diagnosis was refused: ${message}.`
  return { call, ok: false, durationMs: 0, result: JSON.stringify(failure(reason, message)), summary }
}

/** Without the figures and places that nobody saw; the timeline says which. */
async function keepSeen(store: Store, incidentId: string, sent: Diagnosis, transcript: ChatMessage[]): Promise<Diagnosis> {
  const { diagnosis, struck } = groundDiagnosis(sent, transcript)
  if (struck.length > 0) await store.incidents.append(incidentId, { kind: 'struck_out', parts: [...new Set(struck)].slice(0, 20) })
  return diagnosis
}

/** A restart does not begin the time anew; what was waiting for its turn still gets a moment, for its person has the facts already. */
function timeLeftMs({ opened_at }: Incident, deadlineMs: number): number {
  return Math.max(Date.parse(opened_at) + deadlineMs - Date.now(), deadlineMs / 4)
}

/** The first look is offered alone, so that the first answer asks for all of it in parallel; what follows it is no longer the first phase. */
async function offeredTools(store: Store, incident: Incident, { seeing }: Sight, tools: Tool[]): Promise<ToolDescription[]> {
  const answers = (await store.transcripts.read(incident.id)).filter(({ role }) => role === 'assistant').length
  const first = new Set(firstLookOf(seeing).map(({ name }) => name))
  if (answers === 0) return tools.filter(({ name }) => first.has(name))
  await store.incidents.enterPhase(incident.id, answers === 1 ? 'hypothesize' : 'diagnose')
  return [...tools, SEND_DIAGNOSIS]
}

function withoutDiagnoses(answer: AssistantMessage): AssistantMessage {
  return { ...answer, tool_calls: (answer.tool_calls ?? []).filter(({ function: { name } }) => name !== SEND_DIAGNOSIS.name) }
}

function parse(json: string): unknown {
  try {
    return parseArguments(json)
  } catch {
    return undefined // Not JSON: refused by the schema, like any other unfit value.
  }
}
