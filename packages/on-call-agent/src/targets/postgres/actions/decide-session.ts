import type { CheckDecision } from '../../../actions/action.ts'
import { describeSession, type SessionState } from './session-state.ts'

/** The agent's own name on the server. */
const OURS = 'on-call-agent'
/** A client that holds this part of the slots has taken them. */
const MOST_OF_SLOTS = 1 / 2
/** Slots that are as good as none. */
const SCARCE = 1

/** What may be ended, and what for. */
export interface SessionFacts {
  deed: 'terminate_session' | 'cancel_query'
  /** As it is now; undefined when it is over. */
  session: SessionState | undefined
  /** The services that keep their data there: their own connections are never ended. */
  services: readonly string[]
  /** All slots. */
  slots: number
}

/**
 * Only a session that others wait for, or whose client holds most of the slots while none is left; never one of the service's own pool, of the server, or a victim. A statement is
 * cancelled where others wait for it, though it may wait itself; a session is ended only when it waits for nobody.
 */
export function decideSession({ deed, session, services, slots }: SessionFacts): CheckDecision {
  if (!session) return refuse('stale', 'That session is over')
  const who = describeSession(session)
  if (session.kind !== 'client backend') return refuse('wrong_target', `It is a process of the server (${session.kind})`)
  if (session.application === OURS) return refuse('wrong_target', 'It is a session of the agent')
  const names = [session.user, session.application].map((name) => name.toLowerCase())
  const own = services.find((service) => names.some((name) => name.startsWith(service.toLowerCase())))
  if (own) return refuse('own_pool', `${who} belongs to the pool of ${own}, whose connections are never ended`)
  if (deed === 'cancel_query') {
    if (session.state !== 'active') return refuse('nothing_to_do', `${who} runs no statement; it is ${session.state}`)
    if (session.blocks === 0) return refuse('not_to_blame', `Nobody waits for ${who}`)
    return { kind: 'ok', simulation: `${session.blocks} sessions wait for ${who}, and go on when its statement ends; its session stays.` }
  }
  if (session.waits) return refuse('not_to_blame', `${who} waits for a lock itself: it is a victim`)
  if (session.blocks > 0)
    return { kind: 'ok', simulation: `${session.blocks} sessions wait for ${who}, and go on when it ends; its transaction is rolled back.` }
  if (session.free <= SCARCE && session.siblings >= slots * MOST_OF_SLOTS)
    return {
      kind: 'ok',
      simulation: `${who} holds ${session.siblings} of ${slots} slots, ${session.free} are free; one of its sessions ends.`,
    }
  return refuse(
    'not_to_blame',
    `Nobody waits for ${who}, and it does not take the slots (${session.siblings} of ${slots}, ${session.free} free)`,
  )
}

function refuse(reason: string, message: string): CheckDecision {
  return { kind: 'refuse', reason, message }
}
