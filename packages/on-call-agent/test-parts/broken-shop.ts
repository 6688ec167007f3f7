import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'

interface ShopInstance {
  instance: string
  port: number
  instance_id: string
  state: string
  drained?: boolean
  release: string
}

/**
 * A process manager and a Prometheus in one small server: 40 % of the requests fail while an instance is sick, a restart or a drain cures it, and each call that
 * changes something is counted.
 */
export async function startBrokenShop({ replicas = 3, restartMs = 5 } = {}) {
  let ids = 0
  const instanceOn = (port: number): ShopInstance => {
    ids += 1
    return { instance: `127.0.0.1:${port}`, port, instance_id: `process-${ids}`, state: 'running', release: 'r3' }
  }
  let instances = Array.from({ length: replicas }, (_, i) => instanceOn(8_001 + i))
  const shop = {
    url: '',
    /** Ports whose requests fail. */
    sick: new Set<number>(),
    /** The share of failed requests that no instance is the reason of. */
    elsewhere: 0,
    /** Read as the worst since the incident began. */
    worst: 0.4,
    alerts: ['InventoryErrorBurst'],
    releases: [
      { release: 'r2', ran_well: true },
      { release: 'r3', ran_well: false },
    ],
    settings: [
      { component: 'inventory', setting: 'BADGES', value: 'on', ports: [], last_change: { from: 'off', to: 'on' } },
      { component: 'inventory', setting: 'DATABASE_URL', value: 'given', ports: [] },
      { component: 'load-balancer', setting: 'retries', value: '1', ports: [] },
    ],
    parts: [
      { part: 'database', state: 'running', is_ours: true },
      { part: 'load-balancer', state: 'running', is_ours: true },
    ],
    /** Calls that changed something: `POST /restart {"port":8001}`. */
    changes: [] as string[],
    /** Called after a change took effect and before it is answered. */
    onChange: async (_path: string): Promise<void> => {},
    /** While true the alerts fire on after their cause is gone. */
    remembers: false,
    /** The rule of each alert. */
    rule: 'x > 1',
    /** While true every question about figures fails. */
    blind: false,
    instances: () => instances,
    [Symbol.asyncDispose]: async () => {},
  }
  const errorRate = () => (instances.some(({ port, drained }) => shop.sick.has(port) && !drained) ? 0.4 : shop.elsewhere)

  async function act(
    path: string,
    body: { port: number; replicas: number; release: string; setting: string; value: string; part: string },
  ): Promise<object> {
    shop.changes.push(`POST ${path} ${JSON.stringify(body)}`)
    const instance = instances.find(({ port }) => port === body.port)
    if (path === '/scale') instances = Array.from({ length: body.replicas }, (_, i) => instances[i] ?? instanceOn(8_001 + i))
    else if (path === '/deploy') for (const each of instances) each.release = body.release
    else if (path === '/rolling-restart') instances = instances.map(({ port }) => instanceOn(port))
    else if (path === '/start-part') for (const each of shop.parts) each.state = each.part === body.part ? 'running' : each.state
    else if (path === '/settings') {
      const setting = shop.settings.find((each) => each.setting === body.setting)
      if (setting) setting.value = body.value
      instances = instances.map(({ port, release }) => ({ ...instanceOn(port), release }))
    } else if (!instance) return { ok: false }
    else if (path === '/drain') instance.drained = true
    else if (path === '/undrain') instance.drained = false
    else {
      instance.state = 'draining'
      await sleep(restartMs)
      Object.assign(instance, instanceOn(instance.port))
      shop.sick.delete(instance.port)
    }
    await shop.onChange(path)
    return { ok: true }
  }

  function figure(query: string): object {
    const vector = (value: number | null, metric: object = {}) => ({
      data: { resultType: 'vector', result: value === null ? [] : [{ metric, value: [Date.now() / 1_000, String(value)] }] },
    })
    if (query.includes('ALERTS')) {
      const result =
        errorRate() > 0.05 || shop.remembers ? shop.alerts.map((alertname) => ({ metric: { alertname }, value: [0, '1'] })) : []
      return { data: { resultType: 'vector', result } }
    }
    const isError = query.includes('status=~"5.."')
    if (query.startsWith('max_over_time')) return vector(isError ? shop.worst : 0)
    if (query.startsWith('count(up')) return vector(instances.filter(({ state }) => state !== 'running').length)
    return vector(isError ? errorRate() : 0.02)
  }

  const server = createServer((request, reply) => {
    answer(request).then(
      ({ status = 200, ...body }) => send(reply, status, body),
      (error: unknown) => send(reply, 500, { error: String(error) }),
    )
  })
  async function answer(request: IncomingMessage): Promise<{ status?: number; [name: string]: unknown }> {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://shop')
    if (request.method === 'POST') {
      let text = ''
      for await (const chunk of request) text += chunk
      return act(pathname, JSON.parse(text)) as Promise<{ [name: string]: unknown }>
    }
    if (pathname === '/instances') return { instances }
    if (pathname === '/releases') return { current: instances[0]?.release, releases: shop.releases }
    if (pathname === '/parts') return { parts: shop.parts }
    if (pathname === '/settings') return { settings: shop.settings }
    if (shop.blind) return { status: 503, error: 'blind' }
    if (pathname === '/api/v1/rules') {
      const rules = shop.alerts.map((name) => ({ name, type: 'alerting', query: shop.rule, health: 'ok' }))
      return { data: { groups: [{ interval: 1, rules }] } }
    }
    if (pathname.startsWith('/api/v1/label')) return { data: ['inventory'] }
    return { ...figure(searchParams.get('query') ?? '') }
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('It is bound to TCP')
  shop.url = `http://127.0.0.1:${address.port}`
  shop[Symbol.asyncDispose] = async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
  return shop
}

function send(reply: ServerResponse, status: number, body: object): void {
  reply.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

/** What a test breaks and looks at. */
export type BrokenShop = Awaited<ReturnType<typeof startBrokenShop>>
