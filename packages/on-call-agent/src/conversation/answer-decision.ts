import type { DecisionOutcome } from '../actions/approvals.ts'
import type { Actions } from '../actions/start-actions.ts'
import { allows, type Role } from '../incidents/address.ts'
import type { InboundMessage, Store } from '../store/ports.ts'
import type { ActionWish } from './decide-action-wish.ts'
import { readRefs } from './refs.ts'

/** What deciding by message needs. */
export interface DecisionDependencies {
  store: Store
  actions: Pick<Actions, 'approve' | 'deny'>
  roleOf: (address: string) => Role
}

/** Carries out what a person's message decides about a proposal, and says what came of it. */
export async function answerDecision(
  { store, actions, roleOf }: DecisionDependencies,
  { from, body, incidentId }: InboundMessage,
  wish: Exclude<ActionWish, { kind: 'none' }>,
): Promise<string> {
  if (wish.kind === 'unclear')
    return 'I did not take that as an approval. To allow it write *approve* and the four digits of the proposal, nothing else.'
  const named = await store.incidents.find(readRefs(body)[0] ?? '')
  const decision = { by: from, mayApprove: allows(roleOf(from), 'approve'), code: wish.code, incidentId: named?.id ?? incidentId }
  return wordsOf(wish.kind === 'approve' ? await actions.approve(decision) : await actions.deny({ ...decision, reason: wish.reason }))
}

function wordsOf(outcome: DecisionOutcome): string {
  switch (outcome.kind) {
    case 'approved':
      return `*${outcome.action.id}* is approved and begins now: ${outcome.action.says} I will tell what it brings about.`
    case 'denied':
      return `*${outcome.action.id}* is denied; nothing is done.`
    case 'refused':
      return `${outcome.message}. Nothing was done.`
  }
}
