import { describeError, LabError } from '@oncall-lab/service-kit/errors'
import type { Actions } from '../actions/start-actions.ts'
import type { Incident } from '../api.ts'
import { readAttachment } from '../channels/attachment.ts'
import { oneLine, withoutReasoning } from '../channels/outgoing-text.ts'
import { fitMessage } from '../channels/page.ts'
import type { Asked, Tool } from '../functions/tool.ts'
import { allows, type Role } from '../incidents/address.ts'
import type { ChatMessage } from '../incidents/transcript.ts'
import { runCalls, takeAnswer } from '../investigation/turn.ts'
import type { InboundMessage, Store } from '../store/ports.ts'
import { actionsOf, functionsOf, lookForService } from '../targets/sight.ts'
import { agentSpan } from '../telemetry/gen-ai.ts'
import { NO_TRACER } from '../telemetry/tracer.ts'
import { metered } from '../usage/meter.ts'
import { answerDecision } from './answer-decision.ts'
import { decideActionWish } from './decide-action-wish.ts'
import { decideDeeds } from './decide-deeds.ts'
import { decideWish } from './decide-wish.ts'
import { type DeedDependencies, doDeeds } from './do-deeds.ts'
import { readRefs } from './refs.ts'
import { restOfPage } from './rest-of-page.ts'
import { tellDiagnosis } from './tell-diagnosis.ts'
import { readingLine } from './tell-reading.ts'

/** What answering needs: the turn's parts, what can be looked at, and the functions that act. */
export interface AnswerDependencies extends DeedDependencies {
  actTools: Tool[]
  actions: Actions
  roleOf: (address: string) => Role
}

/**
 * Answers a person: the transcript of the incident goes on until the model has words. What acts is offered only when this very message asks for it,
 * as read by code.
 */
export async function answerMessage(deps: AnswerDependencies, message: InboundMessage, signal: AbortSignal): Promise<void> {
  const { store, limits } = deps
  const incident = message.incidentId === null ? undefined : await store.incidents.find(message.incidentId)
  const lead = incident ? await leadOf(store, incident, message.from) : ''
  await store.inbox.begin(message.id)
  const wish = decideActionWish(message.body)
  const isToPropose = wish.kind === 'ask' && incident !== undefined && (await isNewProposalAsked(deps, message))
  if (wish.kind !== 'none' && !isToPropose) {
    const { words, hidden } = await answerDecision(deps, message, wish)
    const said = hidden === undefined ? words : words.replaceAll(hidden, '••••')
    await storeAnswer(store, message, words.startsWith('*') ? words : lead + words, [{ role: 'assistant', content: said }], hidden)
    return
  }
  if (!incident) {
    await storeAnswer(store, message, await askWhich(store, message.body))
    return
  }
  const { text, attachment } = readAttachment(message.body)
  if (attachment !== undefined && text === '') {
    const words = `${lead}I cannot take in ${attachment}. Please write it, such as *status*, *why* or *ack*.`
    await storeAnswer(store, message, words, [{ role: 'assistant', content: words }])
    return
  }
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(limits.deadlineMs)])
  const { deeds, whole } = decideDeeds(text)
  const mayAct = allows(deps.roleOf(message.from), 'reply')
  const done = deeds.length > 0 ? (mayAct ? await doDeeds(deeds, { ...deps, incident, message, signal: deadline }) : [MAY_ONLY_LOOK]) : []
  if (whole) {
    await storeAnswer(store, message, lead + done.join('\n'), [{ role: 'assistant', content: done.join('\n') }])
    return
  }
  const reading = readingLine(text, await store.incidents.timeline(incident.id))
  try {
    const { tracer = NO_TRACER } = deps
    const words = await metered(deps, incident, (counted) =>
      tracer.span(agentSpan(incident, 'answer'), () => findWords(counted, incident, message, deadline)),
    )
    const all = [...done, words, ...reading].join('\n')
    await storeAnswer(store, message, all.startsWith(`*${incident.ref}*`) ? all : lead + all)
  } catch (error) {
    if (signal.aborted) throw error
    const why = deadline.aborted ? `no answer within ${limits.deadlineMs / 1000} s` : whyInWords(error)
    const words = [tellDiagnosis(incident, await store.transcripts.read(incident.id), why), ...reading].join('\n')
    await storeAnswer(store, message, words, [{ role: 'assistant', content: words }])
  }
}

/** "What do you propose?" of somebody who may approve, while nothing waits: the model is asked for a proposal. */
async function isNewProposalAsked({ store, roleOf }: AnswerDependencies, { body, from, incidentId }: InboundMessage): Promise<boolean> {
  if (incidentId === null || !/\bpropos/i.test(body) || !allows(roleOf(from), 'approve')) return false
  return (await store.actions.list({ statuses: ['proposed'], incidentId, limit: 1 })).length === 0
}

/** Said to a contact with the role `view`. */
const MAY_ONLY_LOOK = 'You may ask about incidents and change nothing (your role is *view*), so nothing was done.'

/** Of a fault of ours its own words: its causes quote the server, and this goes to a phone. */
const whyInWords = (error: unknown) => (error instanceof LabError ? error.message : describeError(error))

async function findWords(deps: AnswerDependencies, incident: Incident, message: InboundMessage, signal: AbortSignal): Promise<string> {
  const transcript = await deps.store.transcripts.read(incident.id)
  // A restart came between the words and their sending.
  const newest = transcript.at(-1)
  if (newest?.role === 'assistant' && newest.content) return newest.content
  const { seeing } = await lookForService(deps.targets, incident, signal)
  const wish = decideWish(message.body, askedWho(transcript))
  if (wish.kind === 'ticket' && !allows(deps.roleOf(message.from), 'reply')) return MAY_ONLY_LOOK
  const notes: string[] = []
  const asked: Asked | undefined =
    wish.kind === 'ticket'
      ? {
          person: message.from,
          words: wish.words,
          note: (sentence) => notes.push(sentence),
          ...('choice' in wish && { choice: wish.choice }),
        }
      : undefined
  const proposing = allows(deps.roleOf(message.from), 'approve') ? deps.actions.tools(actionsOf(seeing)) : []
  const tools = [...functionsOf(seeing), ...proposing, ...(asked ? deps.actTools : [])]
  for (let step = 0; step < deps.limits.steps; step += 1) {
    const answer = await takeAnswer(deps, incident, tools, signal)
    if (!answer.tool_calls) return [answer.content ?? '', ...notes].join('\n')
    // Each call sees the incident as it is now: an earlier one may have filed the ticket.
    await runCalls({ ...deps, asked }, (await deps.store.incidents.find(incident.id)) ?? incident, answer, tools, signal)
  }
  throw new Error(`the model found no words within ${deps.limits.steps} answers`)
}

/** What the person was asked, when their last message failed over an assignee: the words of that failure. */
function askedWho(transcript: ChatMessage[]): string | undefined {
  const now = transcript.findLastIndex(({ role }) => role === 'user')
  const before = transcript.slice(0, now).findLastIndex(({ role }) => role === 'user')
  const results = transcript.slice(before + 1, Math.max(now, 0)).flatMap((message) => (message.role === 'tool' ? [message.content] : []))
  return results.findLast((result) => /"code":"assignee_(ambiguous|not_found)"/.test(result))
}

/** An answer says which incident it is about when more than one is open, or the last message was about another one. */
async function leadOf(store: Store, { id, ref }: Incident, person: string): Promise<string> {
  const open = (await store.incidents.list(100)).filter(({ status }) => status !== 'resolved')
  const last = await store.outbox.lastIncidentOf(person)
  return open.length > 1 || (last !== undefined && last !== id) ? `*${ref}* ` : ''
}

/** Queues the answer and ends the work on the person's message, in one change. */
async function storeAnswer(store: Store, message: InboundMessage, words: string, said: ChatMessage[] = [], hidden?: string): Promise<void> {
  const { id, incidentId, byVendor, from: to } = message
  await store.transaction(async ({ inbox, outbox, transcripts, incidents }) => {
    await inbox.markAnswered(id)
    // Who writes on the console has opened no window at the vendor: it would be the same two lines again.
    const rest = incidentId !== null && byVendor ? restOfPage(await incidents.timeline(incidentId), to) : undefined
    if (rest) await outbox.queue({ incidentId, to, kind: 'answer', ...rest })
    if (incidentId !== null) await transcripts.append(incidentId, said)
    await outbox.queue({
      incidentId,
      to,
      kind: 'answer',
      body: fitMessage(withoutReasoning(words)),
      ...(hidden !== undefined && { hidden }),
    })
  })
}

/** Nothing is done and nothing is guessed: the person is asked, or told which incidents there are. */
async function askWhich(store: Store, body: string): Promise<string> {
  const incidents = await store.incidents.list(100)
  const open = incidents.filter(({ status }) => status !== 'resolved')
  const listed = open.length > 0 ? open.slice(0, 10) : incidents.slice(0, 3)
  if (listed.length === 0) return 'There is no incident to talk about.'
  const lines = listed.map(
    ({ ref, service, status, alerts }) =>
      `*${ref}* ${oneLine(service, 60)}: ${oneLine(alerts[0]?.alertname ?? 'no alert', 80)} (${status})`,
  )
  const unknown = await unknownRef(store, body)
  const question = unknown ? `There is no incident ${unknown}.` : 'Which incident do you mean? Its name alone is enough.'
  return [question, ...lines].join('\n')
}

async function unknownRef(store: Store, body: string): Promise<string | undefined> {
  const [ref] = readRefs(body)
  return ref !== undefined && !(await store.incidents.find(ref)) ? ref : undefined
}
