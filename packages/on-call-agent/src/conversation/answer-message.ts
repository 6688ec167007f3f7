import { describeError } from '@oncall-lab/service-kit/errors'
import type { Incident } from '../api.ts'
import { fitMessage } from '../channels/page.ts'
import type { Tool } from '../functions/tool.ts'
import type { ChatMessage } from '../incidents/transcript.ts'
import { runCalls, type TurnDependencies, takeAnswer } from '../investigation/turn.ts'
import type { InboundMessage, Store } from '../store/ports.ts'
import { functionsOf, lookForService } from '../targets/sight.ts'
import type { Target } from '../targets/target.ts'
import { tellDiagnosis } from './tell-diagnosis.ts'

/** What answering needs: the turn's parts, what can be looked at, and the functions that act. */
export interface AnswerDependencies extends TurnDependencies {
  targets: readonly Target[]
  actTools: Tool[]
}

/** Answers a person: the transcript of the incident goes on, with the functions that act now among those offered, until the model has words. */
export async function answerMessage(deps: AnswerDependencies, message: InboundMessage, signal: AbortSignal): Promise<void> {
  const { store, limits } = deps
  const incident = message.incidentId === null ? undefined : await store.incidents.find(message.incidentId)
  await store.inbox.begin(message.id)
  if (!incident) {
    await storeAnswer(store, message, await askWhich(store))
    return
  }
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(limits.deadlineMs)])
  try {
    const words = await findWords(deps, incident, deadline)
    await storeAnswer(store, message, words)
  } catch (error) {
    if (signal.aborted) throw error
    const why = deadline.aborted ? `no answer within ${limits.deadlineMs / 1000} s` : describeError(error)
    const words = tellDiagnosis(incident, await store.transcripts.read(incident.id), why)
    await storeAnswer(store, message, words, [{ role: 'assistant', content: words }])
  }
}

async function findWords(deps: AnswerDependencies, incident: Incident, signal: AbortSignal): Promise<string> {
  // A restart came between the words and their sending.
  const newest = (await deps.store.transcripts.read(incident.id)).at(-1)
  if (newest?.role === 'assistant' && newest.content) return newest.content
  const { seeing } = await lookForService(deps.targets, incident, signal)
  const tools = [...functionsOf(seeing), ...deps.actTools]
  for (let step = 0; step < deps.limits.steps; step += 1) {
    const answer = await takeAnswer(deps, incident, tools, signal)
    if (!answer.tool_calls) return answer.content ?? ''
    // Each call sees the incident as it is now: an earlier one may have filed the ticket.
    await runCalls(deps, (await deps.store.incidents.find(incident.id)) ?? incident, answer, tools, signal)
  }
  throw new Error(`the model found no words within ${deps.limits.steps} answers`)
}

/** Queues the answer and ends the work on the person's message, in one change. */
async function storeAnswer(store: Store, message: InboundMessage, words: string, said: ChatMessage[] = []): Promise<void> {
  const { id, incidentId, from: to } = message
  await store.transaction(async ({ inbox, outbox, transcripts }) => {
    await inbox.markAnswered(id)
    if (incidentId !== null) await transcripts.append(incidentId, said)
    await outbox.queue({ incidentId, to, kind: 'answer', body: fitMessage(words) })
  })
}

async function askWhich(store: Store): Promise<string> {
  const incidents = await store.incidents.list(100)
  const open = incidents.filter(({ status }) => status !== 'resolved')
  const listed = open.length > 0 ? open : incidents.slice(0, 3)
  if (listed.length === 0) return 'There is no incident to talk about.'
  const lines = listed.map(({ ref, service, status, alerts }) => `${ref}: ${service}, ${alerts[0]?.alertname ?? 'no alert'} (${status})`)
  return `Which incident do you mean? Put its name into the message, e.g. "${listed[0]?.ref} why?"\n${lines.join('\n')}`
}
