import { describeError, LabError } from '@oncall-lab/service-kit/errors'
import { Value } from 'typebox/value'
import { type Incident, type Inquiry, SendAnswerArgs } from '../api.ts'
import { withoutReasoning } from '../channels/outgoing-text.ts'
import { callTool } from '../functions/call-tool.ts'
import type { Limits } from '../functions/limits.ts'
import { mendArguments } from '../functions/mend-arguments.ts'
import { parseArguments } from '../functions/parse-arguments.ts'
import type { ToolCall } from '../incidents/transcript.ts'
import { readResults, stands } from '../investigation/check-diagnosis.ts'
import { strikeUnseen } from '../investigation/grounding.ts'
import { lookResults } from '../investigation/seen-sources.ts'
import { runCalls, type TurnDependencies, takeAnswer } from '../investigation/turn.ts'
import type { ToolDescription } from '../models/model.ts'
import { functionsOf, lookForService, looksWithoutModel } from '../targets/sight.ts'
import type { Target } from '../targets/target.ts'
import { agentSpan } from '../telemetry/gen-ai.ts'
import { NO_TRACER } from '../telemetry/tracer.ts'
import { createMeter } from '../usage/meter.ts'
import { openInquiry } from './inquiry-prompt.ts'
import { memoryTranscript } from './memory-transcript.ts'

/** What answering an inquiry needs. */
export interface InquiryDependencies extends Omit<TurnDependencies, 'store' | 'asked'> {
  targets: readonly Target[]
  /** What is asked about where the question names nothing. */
  service: string
  /** What was asked before in the same conversation, oldest first. */
  earlier?: readonly Inquiry[]
}

const SEND_ANSWER: ToolDescription = {
  name: 'send_answer',
  description: 'Ends the inquiry with the answer for the engineer.',
  parameters: SendAnswerArgs,
}
const ANSWER_CHARS = 4_000

/** What of an inquiry is known after a step, and at its end. */
type Progress = (inquiry: Inquiry) => Promise<void>

/** Answers a question by looking; `store` is called after each step. A restart begins anew: looks change nothing. */
export async function answerInquiry(deps: InquiryDependencies, asked: Inquiry, store: Progress, signal: AbortSignal): Promise<Inquiry> {
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(deps.limits.deadlineMs)])
  const run = createRun(deps, asked, store)
  try {
    const sight = await look(deps, asked, run.subject, deadline)
    if (sight.length === 0) return await run.end('answered', `No target can see ${run.subject.service}.`)
    const { tracer = NO_TRACER } = deps
    return await tracer.span(agentSpan(run.subject, 'inquire'), () => takeSteps(deps, run, sight, deadline))
  } catch (error) {
    if (signal.aborted) throw error
    const why = deadline.aborted ? `there was no answer within ${deps.limits.deadlineMs / 1_000} s` : whyOf(error)
    return run.end('failed', `I cannot answer: ${why}. ${await factsOf(deps, run.subject, signal)}`)
  }
}

/** Of a fault of ours its own words: its causes quote the server. */
const whyOf = (error: unknown) => (error instanceof LabError ? error.message : describeError(error)).replace(/\.$/, '')

type Run = ReturnType<typeof createRun>

function createRun(deps: InquiryDependencies, asked: Inquiry, store: Progress) {
  const isTarget = deps.targets.some(({ id }) => id === asked.target)
  const service = asked.target === null || isTarget ? deps.service : asked.target
  const inquiry: Inquiry = { ...asked, steps: [] }
  const meter = createMeter(deps)
  const transcript = memoryTranscript((steps) => {
    inquiry.steps.push(...steps)
    return store(inquiry)
  })
  const turn: TurnDependencies = {
    ...deps,
    store: { transcripts: transcript },
    onTurn: meter.onTurn,
    onToolCall: meter.onToolCall,
  }
  return {
    turn,
    transcript,
    subject: subjectOf(asked, service),
    inquiry,
    async end(status: 'answered' | 'failed', answer: string, evidence: Inquiry['evidence'] = []): Promise<Inquiry> {
      const usage = meter.usage()
      const ended: Inquiry = {
        ...inquiry,
        status,
        answer,
        evidence,
        answered_at: new Date().toISOString(),
        ...(usage && { usage }),
      }
      await store(ended)
      return ended
    },
  }
}

async function takeSteps(deps: InquiryDependencies, run: Run, seeing: readonly Target[], signal: AbortSignal): Promise<Inquiry> {
  const { limits, earlier = [] } = deps
  const { subject, transcript, turn } = run
  const tools = functionsOf(seeing)
  await transcript.append(subject.id, openInquiry(run.inquiry, { service: subject.service, seeing, earlier }))
  for (let step = 0; step < limits.steps; step += 1) {
    const isLast = step === limits.steps - 1
    const answer = await takeAnswer(turn, subject, isLast ? [SEND_ANSWER] : [...tools, SEND_ANSWER], signal)
    if (!answer.tool_calls) return conclude(run, withoutReasoning(answer.content ?? ''), [])
    const sent = answer.tool_calls.find(({ function: { name } }) => name === SEND_ANSWER.name)
    const looks = answer.tool_calls.filter(({ function: { name } }) => name !== SEND_ANSWER.name)
    await runCalls(turn, subject, { ...answer, tool_calls: looks }, tools, signal)
    const args = sent && readAnswer(sent)
    if (args) return conclude(run, args.answer, args.evidence)
    if (sent) await transcript.refuse(sent, 'send_answer takes {"answer": "…", "evidence": [{"tool_call_id": "…", "quote": "…"}]}')
  }
  throw new LabError(`the model came to no answer within ${limits.steps} steps`, { code: 'too_many_steps', status: 504 })
}

/** Only what was seen: quotes that stand in their results, and figures and places that stand in some result or in the question. */
async function conclude({ end, inquiry, subject, transcript }: Run, words: string, quotes: Inquiry['evidence']): Promise<Inquiry> {
  const messages = await transcript.read(subject.id)
  const results = readResults(messages)
  const evidence = quotes.filter(({ tool_call_id, quote }) => stands(quote, results.get(tool_call_id) ?? ''))
  const seen = [...lookResults(messages).values()].join('\n')
  const { text } = strikeUnseen(words, `${seen}\n${inquiry.question} ${subject.service}`)
  return text.trim() === '' ? end('failed', 'The model gave no answer.') : end('answered', text.slice(0, ANSWER_CHARS), evidence)
}

function readAnswer({ function: { arguments: json } }: ToolCall) {
  try {
    const args = mendArguments(SendAnswerArgs, parseArguments(json))
    return Value.Check(SendAnswerArgs, args) ? args : undefined
  } catch {
    return undefined // Not JSON: refused like any other unfit value.
  }
}

/** The one target that was named, or all that can see the service. */
async function look(
  { targets }: InquiryDependencies,
  { target }: Inquiry,
  subject: Incident,
  signal: AbortSignal,
): Promise<readonly Target[]> {
  const named = targets.filter(({ id }) => id === target)
  return named.length > 0 ? named : (await lookForService(targets, subject, signal)).seeing
}

/** What can be said without a model. */
async function factsOf({ targets, limits }: InquiryDependencies, incident: Incident, signal: AbortSignal): Promise<string> {
  const tools = functionsOf(targets)
  const outcomes = await Promise.all(
    looksWithoutModel(targets).map(({ name, args }, i) =>
      callTool(
        tools,
        { id: `own${i}`, type: 'function', function: { name, arguments: JSON.stringify(args) } },
        { incident, limits, signal },
      ),
    ),
  )
  return outcomes.map(({ summary }) => summary).join(' ')
}

/** What the functions look at: an incident of the service that nobody has opened. */
function subjectOf({ id, asked_at }: Inquiry, service: string): Incident {
  return {
    id,
    ref: '',
    status: 'investigating',
    severity: 'none',
    service,
    alerts: [],
    opened_at: asked_at,
    diagnosed_at: null,
    resolved_at: null,
    diagnosis: null,
    ticket: null,
  }
}

/** Fewer than an investigation has: nobody waits two minutes for an answer. */
export const inquiryLimits = (limits: Limits): Limits => ({
  ...limits,
  steps: Math.min(limits.steps, 6),
  deadlineMs: Math.min(limits.deadlineMs, 60_000),
})
