import { randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseAllDocuments } from 'yaml'
import { buildApiServer } from './api-server.ts'
import { loadCertificate } from './certificate.ts'
import { Cluster } from './cluster.ts'
import type { Account, PolicyRule } from './decide-access.ts'
import { createFleetClient } from './fleet-client.ts'
import { writeKubeconfig } from './kubeconfig.ts'

/** What the API is started with. */
export interface KubernetesOptions {
  /** As in PM_URL. */
  processManagerUrl: string
  /** For the certificate and the two kubeconfigs. */
  directory: string
  host: string
  port: number
  logLevel: string
  onError: (what: string, error: unknown) => void
  now?: () => number
}

/** The roles that the agent has on a real cluster, which hold here too. */
const ROLES = join(import.meta.dirname, '../../../../deploy/kubernetes/base/rbac.yaml')
const AGENT = 'system:serviceaccount:oncall:on-call-agent'

/**
 * Starts the API on `port`, and writes into the directory: `kubeconfig` (an administrator's), `agent.kubeconfig` (the agent's service account with the rights of
 * deploy/kubernetes), and `metrics.token`, with which `/metrics` can be scraped and nothing else be read. The tokens are new at each start.
 */
export async function startKubernetes({ processManagerUrl, directory, host, port, logLevel, onError, now = Date.now }: KubernetesOptions) {
  const fleet = createFleetClient(processManagerUrl)
  const cluster = new Cluster({ fleet, now, onError })
  const certificate = await loadCertificate(directory, now())
  const admin = randomBytes(24).toString('base64url')
  const agent = randomBytes(24).toString('base64url')
  const metrics = randomBytes(24).toString('base64url')
  const accounts = new Map<string, Account>([
    [admin, { username: 'oncall-lab:admin' }],
    [agent, { username: AGENT, rules: readRules(ROLES) }],
    [metrics, { username: 'system:serviceaccount:monitoring:prometheus', rules: [] }],
  ])
  const app = buildApiServer({ cluster, fleet, certificate, accounts, now, logLevel })
  app.addHook('onClose', () => fleet[Symbol.asyncDispose]())
  const server = await app.listen({ host, port })
  const paths = { admin: join(directory, 'kubeconfig'), agent: join(directory, 'agent.kubeconfig') }
  writeKubeconfig(paths.admin, { server, authority: certificate.cert, user: 'admin', token: admin })
  writeKubeconfig(paths.agent, { server, authority: certificate.cert, user: 'on-call-agent', token: agent })
  writeFileSync(join(directory, 'metrics.token'), metrics, { mode: 0o600 })
  return { app, cluster, server, paths }
}

/** The rules of all roles in a file of manifests. */
function readRules(path: string): PolicyRule[] {
  return parseAllDocuments(readFileSync(path, 'utf8'))
    .map((document) => document.toJS() as { kind?: string; rules?: PolicyRule[] } | null)
    .flatMap((manifest) => (manifest?.kind === 'ClusterRole' || manifest?.kind === 'Role' ? (manifest.rules ?? []) : []))
}
