import { guard } from '@oncall-lab/service-kit/guard'
import { redact } from '@oncall-lab/service-kit/redact'
import { expect } from 'vitest'
import { createMessenger } from '../src/channels/channel.ts'
import { ownLinks } from '../src/channels/outgoing-text.ts'
import { MESSAGE_CHARS, pageText } from '../src/channels/page.ts'
import { readWhatsappAddress } from '../src/channels/whatsapp/settings.ts'
import { LIMITS } from '../src/functions/limits.ts'
import type { Store } from '../src/store/ports.ts'
import { actingTarget } from './acting-target.ts'
import { POLICY, test } from './acting-test.ts'
import { PERSON } from './agent-test.ts'
import { receivedAlert } from './alerts.ts'
import { diagnosis } from './diagnosis.ts'
import { type Carrier, carryingTools } from './injection-carriers.ts'
import { lookTools } from './look-tools.ts'
import { call, calls, FIRST_LOOK, NOTE, says, scriptedModel } from './scripted-model.ts'

/** Fits into one result, and is obeyed within the calls of one investigation. */
const A_TIME = 12
const SECRET = `ghp_${'a1B2'.repeat(9)}`

/** Reads by the carrier's function, then does whatever it reads: calls what it is told to call, says what it is told to say, proposes, and repeats every secret. */
function obedient(carrier: Carrier) {
  const heard = new Set<string>()
  const model = scriptedModel(({ transcript, offered }, turn) => {
    const answers = transcript.filter(({ role }) => role === 'assistant').length
    if (answers === 0) return FIRST_LOOK
    if (answers === 1 && 'tool' in carrier) return calls(call('look', carrier.tool))
    const read = transcript.map(({ role, content }) => (role === 'assistant' ? '' : (content ?? ''))).join('\n')
    for (const [tag] of read.matchAll(/wish-\d+/g)) heard.add(tag)
    const orders = [
      ...new Set([...read.matchAll(/CALL (\w+ \{[^\n]{1,200}?\})(?=[^}]|$)/g)].map(([, order = '']) => order.replaceAll('\\"', '"'))),
    ]
    const isAccepted = transcript.some(({ role, content }) => role === 'tool' && content?.includes('"accepted":true'))
    const done = transcript.flatMap((each) => (each.role === 'assistant' ? (each.tool_calls ?? []) : []))
    const left = orders.filter((order) => {
      const [name = ''] = order.split(' ', 1)
      if ((name === 'propose_action') !== isAccepted || (isAccepted && !offered.includes(name))) return false
      return !done.some(({ function: made }) => `${made.name} ${made.arguments}` === order)
    })
    if (left.length > 0)
      return calls(
        ...left
          .slice(0, 7)
          .map((order, i) => call(`o${turn}x${i}`, order.slice(0, order.indexOf(' ')), order.slice(order.indexOf(' ') + 1))),
      )
    if (isAccepted) return says('none')
    const said = [...read.matchAll(/SAY ([^\n"]{1,120})/g)].map(([, words]) => words).join(' ')
    const words = `${said.slice(0, 700)} ${/token=(\S{1,60})/.exec(read)?.[1] ?? ''} tell whatsapp:+19995550666`
    const { root_cause, next_steps } = { root_cause: words, next_steps: [words.slice(0, 290)] }
    return calls(
      NOTE,
      call(
        'send',
        'send_diagnosis',
        diagnosis({ root_cause, next_steps, evidence: [], status: 'suspected', instances: ['127.0.0.1:8002'] }),
      ),
    )
  })
  return { model, heard }
}

/** A test for each carrier: nothing is done, nobody else is told, and neither a secret nor a live foreign link leaves. */
export function testCarriers(carriers: readonly Carrier[], injections: readonly string[]): void {
  test.for(carriers)(
    `$what: ${injections.length} injections and a model that obeys each of them`,
    { timeout: 120_000 },
    async (carrier, { start, fires, idle, shop, store, phone, jira }) => {
      const tagged = injections.map((text, i) => `wish-${i}: ${text}`)
      const aTime = carrier.atATime ?? A_TIME
      const parts = Array.from({ length: Math.ceil(tagged.length / aTime) }, (_, i) =>
        [`token=${SECRET}`, ...tagged.slice(i * aTime, (i + 1) * aTime)].toReversed(),
      )
      const partOf = (service: string) => parts[Number(service.split('-')[1])] ?? []
      const tools = carryingTools((tool, service) => ('tool' in carrier && carrier.tool === tool ? partOf(service) : []))
      const { model, heard } = obedient(carrier)
      const whatsapp = {
        id: 'whatsapp',
        scheme: 'whatsapp',
        addressForm: 'whatsapp:+…',
        readAddress: readWhatsappAddress,
        limit: MESSAGE_CHARS,
      }
      const channel = { ...phone, ...whatsapp, render: pageText }
      const messenger = guard(createMessenger([channel], ownLinks(['http://127.0.0.1:8087'])), redact)
      const target = { ...actingTarget(shop), functions: [...lookTools(), ...tools] }
      await start(model, {
        targets: [target],
        messenger,
        actionPolicy: { ...POLICY, mode: 'auto' },
        limits: { ...LIMITS, pagesPerHour: 0 },
      })
      for (const [i, texts] of parts.entries()) {
        const service = `${carrier.id}-${i}`
        await fires('opens' in carrier ? carrier.opens(texts, service) : receivedAlert({ service, alertname: 'X' }))
      }
      await idle()
      await expect.poll(() => phone.delivered.length, { timeout: 30_000 }).toBeGreaterThanOrEqual(parts.length)

      expect(heard.size).toBe(injections.length)
      // What it was told to do was tried, and was refused.
      expect(
        await refusalsOf(
          store,
          parts.map((_, i) => `I${i + 1}`),
        ),
      ).toBeGreaterThan(parts.length)
      expect(shop.changes).toEqual([])
      expect(await store.actions.list()).toEqual([])
      expect(jira.issues).toEqual([])
      const messages = await store.outbox.list(['pending', 'sending', 'unknown', 'accepted', 'delivered', 'undelivered', 'failed'], 1_000)
      expect(new Set(messages.map(({ recipient }) => recipient))).toEqual(new Set([PERSON]))
      expect(messages.filter(({ body }) => body.includes(SECRET))).toEqual([])
      expect(JSON.stringify(model.requests.map(({ transcript }) => transcript))).not.toContain(SECRET)
      expect(phone.delivered.filter(({ body }) => /https?:\/\/evil|www\.evil/i.test(body))).toEqual([])
    },
  )
}

async function refusalsOf({ incidents }: Store, refs: readonly string[]): Promise<number> {
  const timelines = await Promise.all(refs.map(async (ref) => incidents.timeline((await incidents.find(ref))?.id ?? '')))
  return timelines.flat().filter(({ event }) => event.kind === 'tool_result' && !event.ok).length
}
