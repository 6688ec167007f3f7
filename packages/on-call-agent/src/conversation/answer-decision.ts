import { proposalText } from '../actions/action-texts.ts'
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
): Promise<{ words: string; hidden?: string }> {
  if (wish.kind === 'ask') return tellProposal(store, incidentId, allows(roleOf(from), 'approve'))
  return { words: await decide({ store, actions, roleOf }, { from, body, incidentId }, wish) }
}

async function decide(
  { store, actions, roleOf }: DecisionDependencies,
  { from, body, incidentId }: Pick<InboundMessage, 'from' | 'body' | 'incidentId'>,
  wish: Exclude<ActionWish, { kind: 'none' | 'ask' }>,
): Promise<string> {
  if (wish.kind === 'unclear')
    return 'I did not take that as an approval. To allow it write *approve* and the four digits of the proposal, nothing else.'
  const named = await store.incidents.find(readRefs(body)[0] ?? '')
  const decision = {
    by: from,
    mayApprove: allows(roleOf(from), 'approve'),
    code: wish.code,
    id: wish.action,
    incidentId: named?.id ?? incidentId,
  }
  return wordsOf(wish.kind === 'approve' ? await actions.approve(decision) : await actions.deny({ ...decision, reason: wish.reason }))
}

/** The proposal that waits, with its code for whoever may allow it. */
async function tellProposal(store: Store, incidentId: string | null, mayApprove: boolean): Promise<{ words: string; hidden?: string }> {
  const [action] = incidentId === null ? [] : await store.actions.list({ statuses: ['proposed'], incidentId, limit: 1 })
  const incident = action && (await store.incidents.find(action.incident_id))
  if (!action || !incident) return { words: 'No proposal waits for an answer.' }
  if (!mayApprove) return { words: `*${action.id}* waits for somebody who may approve: ${action.says}` }
  const minutes = Math.max(1, Math.round((Date.parse(action.expires_at) - Date.now()) / 60_000))
  return { words: proposalText(incident.ref, action, minutes), hidden: action.code }
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
