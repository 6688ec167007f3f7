import { qualifiedName, type Resource } from './resource.ts'
import { StatusError } from './status-error.ts'

/** A rule of a Role or a ClusterRole (https://kubernetes.io/docs/reference/access-authn-authz/rbac/). */
export interface PolicyRule {
  apiGroups: string[]
  resources: string[]
  verbs: string[]
}

/** Who a token belongs to, and what its roles allow; `rules` undefined is an administrator. */
export interface Account {
  username: string
  rules?: PolicyRule[]
}

/** One request, as the authorizer sees it. */
export interface Attempt {
  verb: string
  resource: Resource
  subresource?: string | undefined
  namespace?: string | undefined
  name?: string | undefined
}

/** @throws StatusError 403, in the words of the API server, when no rule allows it. */
export function demandAccess({ username, rules }: Account, { verb, resource, subresource, namespace, name }: Attempt): void {
  const path = subresource ? `${resource.name}/${subresource}` : resource.name
  const isAllowed =
    rules === undefined ||
    rules.some((rule) => fits(rule.apiGroups, resource.group) && fits(rule.resources, path) && fits(rule.verbs, verb))
  if (isAllowed) return
  const what = `${qualifiedName(resource)}${name ? ` "${name}"` : ''} is forbidden`
  const where = namespace ? ` in the namespace "${namespace}"` : ' at the cluster scope'
  const message = `${what}: User "${username}" cannot ${verb} resource "${path}" in API group "${resource.group}"${where}`
  throw new StatusError(403, 'Forbidden', message, {
    ...(name && { name }),
    ...(resource.group && { group: resource.group }),
    kind: resource.name,
  })
}

const fits = (allowed: string[], value: string) => allowed.includes('*') || allowed.includes(value)
