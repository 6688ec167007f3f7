import { expect, vi } from 'vitest'
import type { ActionPolicy } from '../src/actions/policy.ts'
import type { Diagnosis } from '../src/api.ts'
import { actingTarget } from './acting-target.ts'
import { test as withAgent } from './agent-test.ts'
import { receivedAlert } from './alerts.ts'
import { startBrokenShop } from './broken-shop.ts'
import { diagnosis } from './diagnosis.ts'
import { call, calls, FIRST_LOOK, NOTE, says, scriptedModel } from './scripted-model.ts'

/** What a model proposes. */
interface Wanted {
  action: string
  arguments: unknown
  reason?: string
}

/** Looks, diagnoses, proposes these one after the other, and echoes what a person writes. */
function proposingModel(wanted: Wanted[], diagnosed: Partial<Diagnosis> = {}) {
  let proposed = 0
  return scriptedModel(({ transcript, offered }) => {
    if (!transcript.some(({ role }) => role === 'assistant')) return FIRST_LOOK
    const last = transcript.at(-1)
    if (last?.role === 'user' && !last.content.startsWith('The engineer denied')) return says(`You said: ${last.content}`)
    if (!transcript.some(({ role, content }) => role === 'tool' && content?.includes('"accepted":true')))
      return calls(NOTE, call('send', 'send_diagnosis', diagnosis(diagnosed)))
    const next = wanted[proposed]
    if (!next || !offered.includes('propose_action')) return says('none')
    proposed += 1
    return calls(call(`propose${proposed}`, 'propose_action', { reason: 'Only this instance fails.', ...next }))
  })
}

export const RESTART = { action: 'restart_instance', arguments: { instance: '127.0.0.1:8002' } }
export const POLICY: ActionPolicy = {
  mode: 'approve',
  minConfidence: 0.8,
  approveWithinMs: 600_000,
  verifySeconds: 0.3,
  longestSeconds: 0.6,
}

/** A `test` of an agent that may act on a broken shop: 8002 is sick, and an alert says so. */
export const test = withAgent
  .extend('shop', async ({ task: _task }, { onCleanup }) => {
    const shop = await startBrokenShop()
    shop.sick.add(8_002)
    onCleanup(() => shop[Symbol.asyncDispose]())
    return shop
  })
  .extend(
    'incident',
    ({ shop, start, fires }) =>
      async (wanted: Wanted[] = [RESTART], policy: Partial<ActionPolicy> = {}, diagnosed: Partial<Diagnosis> = {}): Promise<string> => {
        await start(proposingModel(wanted, diagnosed), { targets: [actingTarget(shop)], actionPolicy: { ...POLICY, ...policy } })
        const [outcome] = await fires(receivedAlert())
        if (!outcome?.incidentId) throw new Error('no incident')
        return outcome.incidentId
      },
  )
  .extend('status', ({ store }) => async (id: string, status: string) => {
    await vi.waitFor(async () => expect((await store.actions.find(id))?.status).toBe(status), { interval: 5, timeout: 8_000 })
    return store.actions.find(id)
  })
  .extend('code', ({ store }) => async (id: string) => {
    const found = await vi.waitUntil(() => store.actions.find(id), { interval: 5, timeout: 8_000 })
    return found.code
  })
