import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Agent, request } from 'undici'
import { buildApiServer } from '../src/kubernetes/api-server.ts'
import { loadCertificate } from '../src/kubernetes/certificate.ts'
import { Cluster } from '../src/kubernetes/cluster.ts'
import type { PolicyRule } from '../src/kubernetes/decide-access.ts'
import type { Deployment, Pod } from '../src/kubernetes/kinds.ts'
import type { MemoryControl } from '../src/kubernetes/memory-limits.ts'
import { FakeFleet } from './fake-fleet.ts'

interface Answer<T> {
  status: number
  /** The parsed JSON, or the text. */
  body: T
}

/** Kept for all tests of a file: making a certificate takes a tenth of a second. */
const directory = mkdtempSync(join(tmpdir(), 'kubernetes-'))

/** The API over a fleet in memory, and a caller with an administrator's token; closed by `await using`. */
export async function startCluster({
  replicas = 3,
  rules,
  now = Date.now,
  memory,
}: {
  replicas?: number
  rules?: PolicyRule[]
  now?: () => number
  memory?: MemoryControl
} = {}) {
  const fleet = new FakeFleet(replicas, now)
  const problems: string[] = []
  const cluster = new Cluster({ fleet, now, onError: (what) => problems.push(what), memory })
  const certificate = await loadCertificate(directory, Date.now())
  const accounts = new Map([
    ['admin', { username: 'admin' }],
    ['agent', { username: 'system:serviceaccount:oncall:on-call-agent', rules: rules ?? [] }],
  ])
  const app = buildApiServer({ cluster, fleet, certificate, accounts, now, logLevel: 'silent' })
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  const dispatcher = new Agent({ connect: { ca: certificate.cert } })

  async function call<T = { reason?: string; message?: string }>(
    method: string,
    path: string,
    { body, type = 'application/json', token = 'admin', accept }: Call = {},
  ): Promise<Answer<T>> {
    const answer = await request(`${url}${path}`, {
      method: method as 'GET',
      dispatcher,
      headers: { authorization: `Bearer ${token}`, ...(accept && { accept }), ...(body !== undefined && { 'content-type': type }) },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const text = await answer.body.text()
    return { status: answer.statusCode, body: parsed(text) as T } // The caller names the documented shape.
  }
  const pods = async () => (await call<{ items: Pod[] }>('GET', '/api/v1/namespaces/shop/pods')).body.items
  const deployment = async () => (await call<Deployment>('GET', '/apis/apps/v1/namespaces/shop/deployments/inventory')).body
  return {
    fleet,
    cluster,
    url,
    certificate,
    problems,
    call,
    pods,
    deployment,
    async [Symbol.asyncDispose]() {
      await dispatcher.destroy()
      await app.close()
    },
  }
}

interface Call {
  body?: unknown
  type?: string
  token?: string
  accept?: string
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
