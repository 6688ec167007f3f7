import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { PhoneConversation } from '@oncall-lab/stand-ins/api'
import { startStandIns } from '@oncall-lab/stand-ins/test-stand-ins'
import type { Action, ActionList } from '../src/api.ts'
import { startBrokenShop } from '../test-parts/broken-shop.ts'
import { startChatServer } from '../test-parts/chat-server.ts'
import { diagnosis } from '../test-parts/diagnosis.ts'
import { deadAddress } from '../test-parts/fault-proxy.ts'
import { startKilledAgent } from '../test-parts/killed-agent.ts'
import { call, calls, FIRST_LOOK, NOTE, says, scriptedModel } from '../test-parts/scripted-model.ts'

/**
 * 100 approved actions, and the agent killed with SIGKILL at a random moment between each approval and its verification:
 * `pnpm --filter @oncall-lab/on-call-agent run action-kill-trial [rounds]`. Ends with 1 when an action ran twice, was lost, contradicts the world, or the
 * person was not told of its end.
 */
const ROUNDS = Number(process.argv[2] ?? 100)
/** From the approval: as long as the run and its verification take. */
const LATEST_KILL_MS = 4_000
const FINAL = new Set<Action['status']>(['verified', 'no_effect', 'worse', 'coincidence', 'failed', 'unknown', 'void'])

const model = scriptedModel(({ transcript, offered }) => {
  const called = transcript
    .flatMap((message) => (message.role === 'assistant' ? (message.tool_calls ?? []) : []))
    .map((each) => each.function.name)
  if (called.length === 0) return FIRST_LOOK
  if (!called.includes('send_diagnosis'))
    return calls(NOTE, call('send', 'send_diagnosis', diagnosis({ status: 'suspected', evidence: [] })))
  if (called.includes('propose_action') || !offered.includes('propose_action')) return says('none')
  return calls(
    call('propose', 'propose_action', { action: 'restart_instance', arguments: { instance: '127.0.0.1:8002' }, reason: 'It hangs.' }),
  )
})

const folder = await mkdtemp(join(tmpdir(), 'action-kill-trial-'))
try {
  await using standIns = await startStandIns()
  await using chat = await startChatServer(model)
  await using shop = await startBrokenShop({ restartMs: 400 })
  const agent = await startKilledAgent({
    STAND_INS_URL: standIns.url,
    OPENAI_BASE_URL: chat.baseURL,
    OPENAI_MODEL: 'scripted',
    AGENT_DB: join(folder, 'agent.db'),
    LB_URL: shop.url,
    PM_URL: shop.url,
    PROM_URL: shop.url,
    ALERTMANAGER_URL: await deadAddress(),
    ACTIONS_VERIFY_SECONDS: '3',
    ESCALATE_AFTER: '0',
    PAGES_PER_HOUR: '0',
    FLAP_AFTER: '0',
  })
  const read = async <T>(path: string): Promise<T> => (await (await fetch(`${agent.url}${path}`)).json()) as T
  const actionsOf = async () => (await read<ActionList>('/api/actions?limit=1000')).actions
  const until = async <T>(what: string, ask: () => Promise<T | undefined>): Promise<T> => {
    for (const end = Date.now() + 60_000; Date.now() < end; await sleep(50)) {
      const found = await ask().catch(() => undefined)
      if (found !== undefined) return found
    }
    throw new Error(`${what} did not come within 60 s`)
  }
  const told = new Set<string>()
  const result = {
    rounds: 0,
    ranOnce: 0,
    ranTwice: 0,
    notRun: 0,
    lost: 0,
    contradicted: 0,
    untold: 0,
    statuses: {} as Record<string, number>,
  }
  try {
    for (let round = 1; round <= ROUNDS; round += 1) {
      shop.sick.add(8_002)
      shop.alerts = [`Trial${round}`]
      const before = shop.changes.length
      await agent.post('/alerts', messageOf(round, 'firing'))
      const proposed = await until(`proposal ${round}`, async () => (await actionsOf()).find(({ status }) => status === 'proposed'))
      const path = `/api/actions/${proposed.id}/approve`
      const approved = await fetch(`${agent.url}${path}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' })
      if (!approved.ok) throw new Error(`${path} answered ${approved.status}: ${await approved.text()}`)
      await sleep(Math.random() * LATEST_KILL_MS)
      await agent.killAndRestart()
      const ended = await until(`the end of ${proposed.id}`, async () =>
        (await actionsOf()).find(({ id, status }) => id === proposed.id && FINAL.has(status)),
      )
      const ran = shop.changes.length - before
      const isTold = await until(`the word about ${proposed.id}`, async () => {
        const { messages } = (await (await fetch(`${standIns.url}/phone/messages`)).json()) as PhoneConversation
        for (const { body } of messages)
          for (const [, id] of body.matchAll(/\*(A\d+)\* (?:helped|did not|made it|ran,|was not|failed|could)/g)) told.add(id ?? '')
        return told.has(proposed.id) ? true : undefined
      }).catch(() => false)
      result.rounds += 1
      if (ran === 1) result.ranOnce += 1
      if (ran > 1) result.ranTwice += 1
      if (ran === 0) result.notRun += 1
      if (ran === 0 ? ended.output !== null : ended.output === null) result.contradicted += 1
      if (!isTold) result.untold += 1
      result.statuses[ended.status] = (result.statuses[ended.status] ?? 0) + 1
      // A trial that is cut off has shown what it has shown.
      console.error(JSON.stringify(result))
      await agent.post('/alerts', messageOf(round, 'resolved'))
    }
    result.lost = ROUNDS - (await actionsOf()).length
  } finally {
    await agent.kill()
  }
  console.log(JSON.stringify(result))
  process.exitCode = result.ranTwice + result.lost + result.contradicted + result.untold > 0 ? 1 : 0
} finally {
  await rm(folder, { recursive: true, force: true })
}
process.exit()

function messageOf(round: number, status: 'firing' | 'resolved') {
  const labels = { alertname: `Trial${round}`, service: 'inventory', severity: 'critical' }
  const endsAt = status === 'resolved' ? new Date().toISOString() : '0001-01-01T00:00:00Z'
  const startsAt = new Date(1_700_000_000_000 + round * 60_000).toISOString()
  return {
    version: '4',
    alerts: [{ status, labels, annotations: { summary: 'a trial' }, startsAt, endsAt, fingerprint: `trial-${round}` }],
  }
}
