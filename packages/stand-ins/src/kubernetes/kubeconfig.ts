import { chmodSync, writeFileSync } from 'node:fs'
import { stringify } from 'yaml'
import { NAMESPACE } from './pod-of-instance.ts'

/** What a kubeconfig says (https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/). */
interface Access {
  server: string
  /** PEM. */
  authority: string
  user: string
  token: string
}

/** Writes a kubeconfig with the context `oncall-lab`, readable by its owner alone. */
export function writeKubeconfig(path: string, { server, authority, user, token }: Access): void {
  const name = 'oncall-lab'
  const text = stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name, cluster: { server, 'certificate-authority-data': Buffer.from(authority).toString('base64') } }],
    users: [{ name: user, user: { token } }],
    contexts: [{ name, context: { cluster: name, user, namespace: NAMESPACE } }],
    'current-context': name,
  })
  writeFileSync(path, text, { mode: 0o600 })
  chmodSync(path, 0o600) // Also when it was there already.
}
