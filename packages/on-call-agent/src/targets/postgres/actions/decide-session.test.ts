import { expect, test } from 'vitest'
import { decideSession, type SessionFacts } from './decide-session.ts'
import type { SessionState } from './session-state.ts'

const root: SessionState = {
  user: 'shop',
  application: 'stock-import',
  client: '127.0.0.1',
  kind: 'client backend',
  state: 'idle in transaction',
  statementBegan: '',
  waits: false,
  blocks: 4,
  siblings: 1,
  free: 30,
}
const migration: SessionState = { ...root, application: 'schema-migration', state: 'active', waits: true, blocks: 8 }
const greedy: SessionState = { ...root, application: 'reporting', state: 'idle', blocks: 0, siblings: 41, free: 0 }
const decide = (deed: SessionFacts['deed'], session: SessionState | undefined) =>
  decideSession({ deed, session, services: ['inventory', 'load-balancer'], slots: 60 })

test.each<[what: string, deed: SessionFacts['deed'], session: SessionState | undefined, outcome: string]>([
  ['the root that others wait for', 'terminate_session', root, 'ok'],
  ['a client that holds most slots while none is left', 'terminate_session', greedy, 'ok'],
  ['the same with slots left', 'terminate_session', { ...greedy, free: 12 }, 'not_to_blame'],
  ['one of many that share the slots', 'terminate_session', { ...greedy, siblings: 20 }, 'not_to_blame'],
  ['a victim, however long it runs', 'terminate_session', { ...migration, blocks: 0 }, 'not_to_blame'],
  ['the migration that waits: its session stays', 'terminate_session', migration, 'not_to_blame'],
  ['the statement of the migration', 'cancel_query', migration, 'ok'],
  ['a long statement that nobody waits for', 'cancel_query', { ...migration, blocks: 0 }, 'not_to_blame'],
  ['a session that runs nothing', 'cancel_query', root, 'nothing_to_do'],
  ['the pool of the shop, by its role', 'terminate_session', { ...root, user: 'inventory', application: '' }, 'own_pool'],
  ['the pool of the shop, by its name', 'terminate_session', { ...root, application: 'Inventory' }, 'own_pool'],
  ['a statement of the shop', 'cancel_query', { ...migration, application: 'inventory' }, 'own_pool'],
  ['a process of the server', 'terminate_session', { ...root, kind: 'autovacuum worker' }, 'wrong_target'],
  ['the agent itself', 'terminate_session', { ...root, application: 'on-call-agent' }, 'wrong_target'],
  ['a session that is over, or whose pid is another one now', 'terminate_session', undefined, 'stale'],
])('%s', (_what, deed, session, outcome) => {
  const decision = decide(deed, session)
  expect(decision.kind === 'ok' ? 'ok' : decision.reason).toBe(outcome)
})
