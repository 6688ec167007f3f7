import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

interface Webhook {
  alerts: { status: 'firing' | 'resolved'; labels: Record<string, string>; startsAt: string }[]
}

/** One address in front of several agents, each request to the next of them; it notes which alerts were answered with 2xx, and how often. */
export async function startOneAddress(agents: () => { url: string }[]) {
  const accepted = { firing: new Map<string, number>(), resolved: new Map<string, number>() }
  const counts = { webhooks: 0, refused: 0 }
  let turn = 0
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request.setEncoding('utf8')) body += chunk
    const all = agents()
    const to = all[turn++ % all.length]
    const answer = await fetch(`${to?.url}${request.url}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
      signal: AbortSignal.timeout(10_000),
    }).catch(() => undefined)
    counts.webhooks += 1
    if (!answer?.ok) counts.refused += 1
    if (answer?.ok) note(JSON.parse(body) as Webhook) // Alertmanager's form.
    await answer?.arrayBuffer().catch(() => undefined)
    response.writeHead(answer?.status ?? 502).end()
  })
  const note = ({ alerts }: Webhook) => {
    for (const { status, labels, startsAt } of alerts) {
      const key = keyOf(labels.instance ?? '', startsAt)
      accepted[status].set(key, (accepted[status].get(key) ?? 0) + 1)
    }
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo // Bound to TCP above.
  return {
    url: `http://127.0.0.1:${port}`,
    accepted,
    counts,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** One firing of one alert. */
export function keyOf(instance: string, startsAt: string): string {
  return `${instance} ${new Date(startsAt).toISOString()}`
}
