import { createServer } from 'node:http'
import { createWebhookMessenger } from '../../src/channels/webhook/client.ts'
import { deadAddress, type ProxyFault, startFaultProxy } from '../../test-parts/fault-proxy.ts'
import { VENDOR_FAULTS } from '../../test-parts/vendor-faults.ts'
import { deliver, LONGER_MS, type Seen, seenBy, TIMEOUT_MS } from './deliver.ts'

/** Every way in which a receiver fails that is no refusal of the message itself; any 2xx is a success, whatever follows it. */
export const WEBHOOK_FAULTS: { name: string; fault: ProxyFault | 'refused' }[] = VENDOR_FAULTS.filter(
  ({ name, claim }) => claim !== 'final' && !name.startsWith('200') && !name.startsWith('an answer cut'),
).map(({ name, fault }) => ({ name, fault: shorter(fault) }))

function shorter(fault: ProxyFault | 'refused'): ProxyFault | 'refused' {
  if (fault === 'refused') return fault
  if (fault.kind === 'late') return { ...fault, ms: LONGER_MS }
  if (fault.kind === 'answers' && fault.headers?.['retry-after'] === '7') return { ...fault, headers: { 'retry-after': '1' } }
  return fault
}

/** Posts to as many receivers. One whose answer was lost is posted again with the same `Idempotency-Key`, by which the receiver takes it once. */
export async function throughWebhook(sends: number, { name, fault }: (typeof WEBHOOK_FAULTS)[number]): Promise<Seen> {
  await using receiver = await startReceiver()
  await using proxy = await startFaultProxy(receiver.url)
  const struck = new Set<string>()
  proxy.behaviour.fault = ({ url = '' }) => {
    if (fault === 'refused' || struck.has(url)) return { kind: 'passes' }
    struck.add(url)
    return fault
  }
  const dead = await deadAddress()
  const messenger = createWebhookMessenger({ secret: 'a-secret-of-many-characters', timeoutMs: TIMEOUT_MS })
  const refusing: typeof messenger = {
    ...messenger,
    async send(message) {
      const path = new URL(message.to).pathname
      if (fault !== 'refused' || struck.has(path)) return messenger.send(message)
      struck.add(path)
      return messenger.send({ ...message, to: `${dead}${path}` })
    },
  }
  const people = Array.from({ length: sends }, (_, n) => `${proxy.url}/pages/${n}`)
  const { unsettled } = await deliver({ messenger: refusing, people, arrives: 'delivered', what: `Webhook, ${name}` })
  const keys = people.map((person) => receiver.keys.get(new URL(person).pathname) ?? [])
  return seenBy(
    keys.map((all) => new Set(all).size),
    { posts: keys.flat().length, unsettled },
  )
}

/** Notes the key of each message by its path. */
async function startReceiver() {
  const keys = new Map<string, string[]>()
  const server = createServer((request, response) => {
    const path = request.url ?? ''
    request.resume().on('end', () => {
      keys.set(path, [...(keys.get(path) ?? []), String(request.headers['idempotency-key'])])
      response.writeHead(204).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return {
    url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
    keys,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
