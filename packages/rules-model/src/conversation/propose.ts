import type { Diagnosis } from '@oncall-lab/on-call-agent/api'
import { type Proposal, remediesFor, remedyQuestions } from '../engine/remedy.ts'
import { keyOf, readFacts } from '../facts/facts.ts'
import type { Question } from '../facts/metric-queries.ts'
import { isLook } from '../transcript.ts'
import { excerpt } from '../wording.ts'
import type { Conversation, Intent } from './intent.ts'

const TOOL = 'propose_action'
const POLITE =
  '(ok |okay |yes |now |just |then )*(please |can you |could you |would you |will you |can we |could we |should we |you should |go |let us |lets )*'
const ORDER = new RegExp(
  `^${POLITE}(restart|reboot|bounce|drain|take out|roll ?back|rollback|revert|undo|scale|start|terminate|cancel|build|rebuild|quarantine|set aside|isolate|mitigate|cure|fix|repair|propose|suggest an action)\\b`,
)
const ASK =
  /\b(what|anything|something) (do|can|could|would) you (propose|do about)\b|\banything (you|we) can do\b|\bwhat can (you|we) do about\b|\bpropose (something|an? action|anything)\b/
/** Of one instance by itself. */
const ON_ONE: [RegExp, action: string][] = [
  [/\b(restart|reboot|bounce)\b/, 'restart_instance'],
  [/\b(drain|take out|out of rotation)\b/, 'drain_instance'],
]
/** Of the remedies, the kinds that an order names. */
const KINDS: [RegExp, actions: string[]][] = [
  [/\b(roll ?back|rollback|revert|undo)\b/, ['deploy_release', 'roll_back_deployment', 'change_setting']],
  [/\bscale\b/, ['scale_service', 'scale_deployment']],
  [/\b(terminate|cancel)\b/, ['terminate_session', 'cancel_query']],
  [/\b(re)?build\b/, ['create_index']],
  [/\b(quarantine|set aside|isolate)\b/, ['quarantine_row']],
  [/\bstart\b/, ['start_part', 'run_remediation']],
]

/** "Restart 8002", "what do you propose?": a proposal, which code checks and a person allows as any other. */
export const propose: Intent = {
  id: 'propose',
  example: '*propose something*',
  instead: ['out_of_reach', 'next_step', 'help'],
  matches: ({ said, tools }) =>
    tools.includes(TOOL) &&
    said.clauses.some(({ words, negated, conditional }) => !negated && !conditional && (ORDER.test(words) || ASK.test(words))),
  questions(conversation) {
    const { diagnosis } = conversation.transcript
    if (!diagnosis) return []
    const looks = missing(conversation, diagnosis)
    if (looks.length > 0) return looks
    const wanted = proposalFor(conversation, diagnosis)
    return wanted ? [{ tool: TOOL, args: { ...wanted } }] : []
  },
  reply({ fresh, transcript: { diagnosis } }) {
    const made = fresh.calls.findLast(({ name }) => name === TOOL)
    if (!made) return nothing(diagnosis)
    const { outcome } = made
    if (outcome.kind === 'failed') return `Nothing is proposed: ${excerpt(outcome.message, 400)}`
    const { proposed, says, waits_for } = outcome.kind === 'ok' ? (outcome.value as Record<string, unknown>) : {}
    if (typeof proposed !== 'string') return 'The answer to my proposal could not be read; write *proposal* to see what waits.'
    return waits_for === 'nobody'
      ? `*${proposed}* runs by itself: ${excerpt(String(says), 300)}`
      : `Proposed as *${proposed}*: ${excerpt(String(says), 300)} How to allow it comes in a message of its own.`
  },
}

function nothing(diagnosis: Diagnosis | undefined): string {
  if (!diagnosis) return 'There is no diagnosis yet, so I propose nothing.'
  const [first] = diagnosis.next_steps
  return `I know of no action here that cures this (${diagnosis.status}).${first ? ` By hand, first: ${excerpt(first, 300)}` : ''}`
}

/** What has to be known before, and was not asked yet. */
function missing({ tools, transcript, earlier, fresh }: Conversation, diagnosis: Diagnosis): Question[] {
  const asked = new Set([...earlier, ...fresh.calls].map(({ key }) => key))
  const facts = readFacts(transcript.alerts, [...earlier, ...fresh.calls].filter(isLook))
  return remedyQuestions(diagnosis, facts).filter((question) => tools.includes(question.tool) && !asked.has(keyOf(question)))
}

/** What was ordered, else the least remedy that was not proposed yet. */
function proposalFor({ said: { words }, transcript, earlier, fresh, isOffered }: Conversation, diagnosis: Diagnosis): Proposal | undefined {
  const facts = readFacts(transcript.alerts, [...earlier, ...fresh.calls].filter(isLook))
  const all = facts.instances.kind === 'seen' ? facts.instances.value.instances : []
  const onOne = ON_ONE.find(([verb, action]) => verb.test(words) && isOffered(action))
  const port = /\b(\d{4,5})\b/.exec(words)?.[1]
  const [named] = diagnosis.instances ?? []
  const meant = port === undefined ? named : all.find(({ instance }) => instance.endsWith(`:${port}`))?.instance
  if (onOne && meant !== undefined)
    return { action: onOne[1], arguments: { instance: meant }, reason: excerpt(`Asked for by the engineer. ${diagnosis.root_cause}`, 400) }
  const kinds = KINDS.find(([verb]) => verb.test(words))?.[1]
  const remedies = remediesFor(diagnosis, facts, { isOffered, isAsked: true }).filter(({ action }) => !kinds || kinds.includes(action))
  const proposed = new Set(earlier.filter(({ name }) => name === TOOL).map(({ key }) => key))
  return remedies.find((each) => !proposed.has(keyOf({ tool: TOOL, args: { ...each } }))) ?? remedies[0]
}
