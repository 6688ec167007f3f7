import { oneLine } from '../channels/outgoing-text.ts'
import type { StoredAction } from '../store/ports.ts'

/** Read on a lock screen, like a page. */
const TEXT_CHARS = 580

type Told = Pick<StoredAction, 'id' | 'says' | 'level' | 'reason' | 'simulation' | 'code' | 'permission'>

/** A proposal as a person gets it: what, how to answer, why, what follows. What has to be known comes first: a template of the vendor may cut the rest. */
export function proposalText(ref: string, { id, says, level, reason, simulation, code, permission }: Told, minutes: number): string {
  const answer =
    permission === 'only_proposing'
      ? 'I may only propose this: please do it yourself.'
      : `Reply *approve ${code}* or *deny ${code} <reason>* within ${minutes} minutes. Silence is no.`
  const first = `*${ref}* Proposal *${id}* (${level}): ${oneLine(says, 160)}`
  const room = Math.max(40, Math.floor((TEXT_CHARS - first.length - answer.length - 20) / 2))
  return [first, answer, `Why: ${oneLine(reason, room)}`, `Now: ${oneLine(simulation, room)}`].join('\n')
}

/** One line each for what becomes of an action. */
export const actionLines = {
  allowed: (ref: string, { id, says }: Told) => `*${ref}* *${id}* runs by itself (ACTIONS_MODE=auto): ${oneLine(says, 200)}`,
  expired: (ref: string, { id, says }: Told) => `*${ref}* *${id}* expired, nothing was done: ${oneLine(says, 200)}`,
  waits: (ref: string, { id }: Told, reason: string) =>
    `*${ref}* *${id}* waits: what it would change cannot be read now (${oneLine(reason, 200)}). It starts when that is possible, within two minutes of the approval.`,
  voided: (ref: string, { id }: Told, reason: string) => `*${ref}* *${id}* was not carried out: ${oneLine(reason, 300)}`,
  failed: (ref: string, { id }: Told, reason: string) => `*${ref}* *${id}* failed, nothing was changed: ${oneLine(reason, 300)}`,
  unknown: (ref: string, { id, says }: Told, reason: string) =>
    `*${ref}* Nobody can tell whether *${id}* ran; it will not be tried again. Please look: ${oneLine(says, 160)} (${oneLine(reason, 200)})`,
  outcome: (ref: string, { id }: Told, outcome: Outcome, message: string) => `*${ref}* *${id}* ${LEAD[outcome]}. ${oneLine(message, 400)}`,
  undone: (ref: string, { id }: Told, output: string) => `*${ref}* *${id}* was undone: ${oneLine(output, 300)}`,
  notUndone: (ref: string, { id }: Told, why: string) => `*${ref}* *${id}* could not be undone, please look: ${oneLine(why, 300)}`,
}

type Outcome = 'verified' | 'no_effect' | 'worse' | 'coincidence'

const LEAD: Record<Outcome, string> = {
  verified: 'helped',
  no_effect: 'did not help',
  worse: 'made it worse',
  coincidence: 'ran, and was not what helped',
}
