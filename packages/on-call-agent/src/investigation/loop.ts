import { LabError } from '@oncall-lab/service-kit/errors'
import { type Diagnosis, Diagnosis as DiagnosisSchema, type Incident } from '../api.ts'
import { failure } from '../functions/call-tool.ts'
import { parseArguments } from '../functions/parse-arguments.ts'
import type { AssistantMessage, ChatMessage, ToolCall } from '../incidents/transcript.ts'
import type { ToolDescription } from '../models/model.ts'
import type { Store } from '../store/ports.ts'
import { firstLookOf, functionsOf, lookForService, type Sight } from '../targets/sight.ts'
import type { Target } from '../targets/target.ts'
import { checkDiagnosis } from './check-diagnosis.ts'
import { groundDiagnosis } from './grounding.ts'
import { openTranscript } from './prompt.ts'
import { NOBODY_READS, runCalls, storeOutcomes, type TurnDependencies, takeAnswer } from './turn.ts'

/** How an investigation ended. A failed one is followed by a page without AI. */
export type InvestigationOutcome =
  | { kind: 'diagnosed'; diagnosis: Diagnosis; call: ToolCall }
  | { kind: 'failed'; reason: string; message: string }

/** What an investigation needs: the turn's parts, and what can be looked at. */
export interface InvestigationDependencies extends TurnDependencies {
  targets: readonly Target[]
}

const SEND_DIAGNOSIS: ToolDescription = {
  name: 'send_diagnosis',
  description: 'Ends the investigation and pages the engineer with what you found.',
  parameters: DiagnosisSchema,
}

/** Works on one incident until a supported diagnosis or a limit. Continues a transcript that a restart interrupted. */
export async function investigate(deps: InvestigationDependencies, incident: Incident, signal: AbortSignal): Promise<InvestigationOutcome> {
  const { store, limits, model } = deps
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(timeLeftMs(incident, limits.deadlineMs))])
  const sight = await lookForService(deps.targets, incident, deadline)
  if ((await store.transcripts.read(incident.id)).length === 0) {
    await store.transcripts.append(incident.id, openTranscript(incident, sight), [{ kind: 'investigation_started', model: model.name }])
  }
  if (sight.seeing.length === 0) return { kind: 'failed', reason: 'out_of_sight', message: `No target can see ${incident.service}` }
  const tools = functionsOf(sight.seeing)
  let refusals = 0
  try {
    for (let step = 0; step < limits.steps; step += 1) {
      const answer = await takeAnswer(deps, incident, await offeredTools(deps, incident, sight), deadline)
      const diagnosis = answer.tool_calls?.find(({ function: { name } }) => name === SEND_DIAGNOSIS.name)
      await runCalls(deps, incident, withoutDiagnoses(answer), tools, deadline)
      if (diagnosis) {
        const transcript = await store.transcripts.read(incident.id)
        const decision = checkDiagnosis(parse(diagnosis.function.arguments), transcript, refusals)
        if (decision.kind === 'accept')
          return { kind: 'diagnosed', diagnosis: await keepSeen(store, incident.id, decision.diagnosis, transcript), call: diagnosis }
        refusals += 1
        await storeOutcomes(store, incident.id, [
          {
            call: diagnosis,
            ok: false,
            durationMs: 0,
            result: JSON.stringify(failure(decision.reason, decision.message)),
            summary: `The diagnosis was refused: ${decision.message}.`,
          },
        ])
      } else if (!answer.tool_calls) {
        await store.transcripts.append(incident.id, [{ role: 'user', content: NOBODY_READS }])
      }
    }
    return { kind: 'failed', reason: 'too_many_steps', message: `The model came to no diagnosis within ${limits.steps} answers` }
  } catch (error) {
    if (signal.aborted) throw error
    if (deadline.aborted)
      return { kind: 'failed', reason: 'deadline', message: `The model came to no diagnosis within ${limits.deadlineMs / 1000} s` }
    // Its causes quote the server, and this goes to a phone.
    if (error instanceof LabError) return { kind: 'failed', reason: error.code, message: error.message }
    throw error
  }
}

/** Without the figures and places that nobody saw; the timeline says which. */
async function keepSeen(store: Store, incidentId: string, sent: Diagnosis, transcript: ChatMessage[]): Promise<Diagnosis> {
  const seen = transcript.flatMap(({ role, content }) => (role === 'tool' || role === 'user' ? [content] : [])).join('\n')
  const { diagnosis, struck } = groundDiagnosis(sent, seen)
  if (struck.length > 0) await store.incidents.append(incidentId, { kind: 'struck_out', parts: [...new Set(struck)].slice(0, 20) })
  return diagnosis
}

/** A restart does not begin the time anew; what was waiting for its turn still gets a moment, for its person has the facts already. */
function timeLeftMs({ opened_at }: Incident, deadlineMs: number): number {
  return Math.max(Date.parse(opened_at) + deadlineMs - Date.now(), deadlineMs / 4)
}

/** The first look is offered alone, so that the first answer asks for all of it in parallel. */
async function offeredTools({ store }: InvestigationDependencies, incident: Incident, { seeing }: Sight): Promise<ToolDescription[]> {
  const tools = functionsOf(seeing)
  const begun = (await store.transcripts.read(incident.id)).some(({ role }) => role === 'assistant')
  const first = new Set(firstLookOf(seeing).map(({ name }) => name))
  return begun ? [...tools, SEND_DIAGNOSIS] : tools.filter(({ name }) => first.has(name))
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
