import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { ConfigError } from '@oncall-lab/service-kit/config'
import { describeError } from '@oncall-lab/service-kit/errors'
import { Type } from 'typebox'
import { Value } from 'typebox/value'
import { parse } from 'yaml'

/** How to reach a cluster: where, whom to trust, and what to show. */
export interface ClusterAccess {
  server: string
  /** PEM; the system's authorities unless given. */
  ca?: string
  /** Read at each use, because service account tokens are renewed on disk. */
  token?: () => string
  /** PEM. */
  certificate?: { cert: string; key: string }
}

const text = Type.Optional(Type.String())
/** What is read of a kubeconfig (https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/). */
const Kubeconfig = Type.Object({
  'current-context': text,
  clusters: Type.Array(
    Type.Object({
      name: Type.String(),
      cluster: Type.Object({ server: Type.String(), 'certificate-authority': text, 'certificate-authority-data': text }),
    }),
  ),
  contexts: Type.Array(Type.Object({ name: Type.String(), context: Type.Object({ cluster: Type.String(), user: Type.String() }) })),
  users: Type.Array(
    Type.Object({
      name: Type.String(),
      user: Type.Object({
        token: text,
        tokenFile: text,
        'client-certificate': text,
        'client-certificate-data': text,
        'client-key': text,
        'client-key-data': text,
        exec: Type.Optional(Type.Unknown()),
      }),
    }),
  ),
})

/** The access that a kubeconfig's context gives. Programs that fetch credentials (`exec`) are not run. @throws ConfigError */
export function readKubeconfig(path: string, context?: string): ClusterAccess {
  const config = load(path)
  const fail = (why: string) => new ConfigError(`the kubeconfig ${path} ${why}`)
  const find = <T extends { name: string }>(list: T[], name: string | undefined, what: string): T => {
    const found = list.find((each) => each.name === name)
    if (!found) throw fail(`has no ${what} ${JSON.stringify(name)}; it has ${list.map((each) => each.name).join(', ') || 'none'}`)
    return found
  }
  const chosen = find(config.contexts, context ?? config['current-context'], 'context').context
  const { cluster } = find(config.clusters, chosen.cluster, 'cluster')
  const { user } = find(config.users, chosen.user, 'user')
  if (!URL.canParse(cluster.server) || new URL(cluster.server).protocol !== 'https:')
    throw fail(`names the server ${cluster.server}; it must be an https address`)
  if (user.exec !== undefined)
    throw fail(`fetches the credentials of ${chosen.user} by a program, which is not run here: use a token of a service account`)
  const near = (file: string) => resolve(dirname(path), file)
  const pem = (data: string | undefined, file: string | undefined) =>
    data === undefined ? file && readText(near(file)) : Buffer.from(data, 'base64').toString('utf8')
  const ca = pem(cluster['certificate-authority-data'], cluster['certificate-authority'])
  const cert = pem(user['client-certificate-data'], user['client-certificate'])
  const key = pem(user['client-key-data'], user['client-key'])
  const { token, tokenFile } = user
  if (token === undefined && tokenFile === undefined && (cert === undefined || key === undefined))
    throw fail(`has neither a token nor a client certificate for ${chosen.user}`)
  return {
    server: cluster.server.replace(/\/$/, ''),
    ...(ca !== undefined && { ca }),
    ...(tokenFile === undefined ? token !== undefined && { token: () => token } : { token: () => readText(near(tokenFile)).trim() }),
    ...(cert !== undefined && key !== undefined && { certificate: { cert, key } }),
  }
}

const ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount'

/** The access of the pod that this process runs in. @throws ConfigError outside a cluster. */
export function readServiceAccount(env: {
  KUBERNETES_SERVICE_HOST?: string | undefined
  KUBERNETES_SERVICE_PORT?: string | undefined
}): ClusterAccess {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = env
  if (!host || !port)
    throw new ConfigError('a cluster without a kubeconfig is the one that the agent runs in, and it runs in none: give "kubeconfig"')
  return {
    server: `https://${host.includes(':') ? `[${host}]` : host}:${port}`,
    ca: readText(`${ACCOUNT}/ca.crt`),
    token: () => readText(`${ACCOUNT}/token`).trim(),
  }
}

function load(path: string) {
  let content: unknown
  try {
    content = parse(readFileSync(path, 'utf8'))
  } catch (error) {
    throw new ConfigError(`the kubeconfig ${path} cannot be read: ${describeError(error)}`)
  }
  const [problem] = Value.Errors(Kubeconfig, content)
  if (problem) throw new ConfigError(`the kubeconfig ${path} is not valid: ${problem.instancePath || 'it'} ${problem.message}`)
  return Value.Parse(Kubeconfig, content)
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new ConfigError(`${path} cannot be read: ${describeError(error)}`)
  }
}
