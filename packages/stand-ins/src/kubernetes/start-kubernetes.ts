import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { parseAllDocuments } from 'yaml'
import { buildApiServer } from './api-server.ts'
import { loadCertificate } from './certificate.ts'
import { Cluster } from './cluster.ts'
import type { Account, PolicyRule } from './decide-access.ts'
import { createFleetClient } from './fleet-client.ts'
import { writeKubeconfig } from './kubeconfig.ts'
import { APP, NAMESPACE } from './pod-of-instance.ts'

/** What the API is started with. */
export interface KubernetesOptions {
  /** As in PM_URL. */
  processManagerUrl: string
  /** For the certificate and the two kubeconfigs. */
  directory: string
  /** Where Prometheus reads its targets. */
  targetsDirectory?: string | undefined
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
 * deploy/kubernetes), and the target for Prometheus. The tokens are new at each start.
 */
export async function startKubernetes({
  processManagerUrl,
  directory,
  targetsDirectory,
  host,
  port,
  logLevel,
  onError,
  now = Date.now,
}: KubernetesOptions) {
  const fleet = createFleetClient(processManagerUrl)
  const cluster = new Cluster({ fleet, now, onError })
  const certificate = await loadCertificate(directory, now())
  const admin = randomBytes(24).toString('base64url')
  const agent = randomBytes(24).toString('base64url')
  const accounts = new Map<string, Account>([
    [admin, { username: 'oncall-lab:admin' }],
    [agent, { username: AGENT, rules: readRules(ROLES) }],
  ])
  const app = buildApiServer({ cluster, fleet, certificate, accounts, now, logLevel })
  app.addHook('onClose', () => fleet[Symbol.asyncDispose]())
  keepLimits(app, cluster, onError)
  const server = await app.listen({ host, port })
  const paths = { admin: join(directory, 'kubeconfig'), agent: join(directory, 'agent.kubeconfig') }
  writeKubeconfig(paths.admin, { server, authority: certificate.cert, user: 'admin', token: admin })
  writeKubeconfig(paths.agent, { server, authority: certificate.cert, user: 'on-call-agent', token: agent })
  writeFileSync(join(directory, 'infrastructure.json'), infrastructure(paths.agent))
  if (targetsDirectory !== undefined) writeTarget(targetsDirectory, new URL(server).host)
  return { app, cluster, server, paths }
}

const LOOK_AT_MEMORY_MS = 1_000

/** Looks once a second, one look after the other. */
function keepLimits(app: FastifyInstance, cluster: Cluster, onError: KubernetesOptions['onError']): void {
  let looking = Promise.resolve()
  let isLooking = false
  const timer = setInterval(() => {
    if (isLooking) return
    isLooking = true
    looking = cluster
      .enforceLimits()
      .catch((error: unknown) => onError('keep the memory limits', error))
      .finally(() => {
        isLooking = false
      })
  }, LOOK_AT_MEMORY_MS)
  app.addHook('onClose', async () => {
    clearInterval(timer)
    await looking
  })
}

/** The file that tells the agent of this cluster (INFRASTRUCTURE). */
function infrastructure(kubeconfig: string): string {
  const services = { [APP]: { namespace: NAMESPACE, deployment: APP } }
  return JSON.stringify({ clusters: { 'oncall-lab': { kubeconfig, namespaces: [NAMESPACE], services } } }, null, 2)
}

/** What prometheus.yaml reads of the cluster. */
function writeTarget(directory: string, target: string): void {
  mkdirSync(directory, { recursive: true })
  writeFileSync(join(directory, 'kubernetes_targets.json'), JSON.stringify([{ targets: [target] }]))
}

/** The rules of all roles in a file of manifests. */
function readRules(path: string): PolicyRule[] {
  return parseAllDocuments(readFileSync(path, 'utf8'))
    .map((document) => document.toJS() as { kind?: string; rules?: PolicyRule[] } | null)
    .flatMap((manifest) => (manifest?.kind === 'ClusterRole' || manifest?.kind === 'Role' ? (manifest.rules ?? []) : []))
}
