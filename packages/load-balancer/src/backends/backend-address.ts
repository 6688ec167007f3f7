import type { AddressRange } from '../address-range.ts'

/** http, a host and an optional port; no path, because requests keep theirs. */
const ADDRESS = /^http:\/\/(?:[a-z0-9.-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i

/** Why an address cannot be used as a backend; null when it can. */
export function backendAddressProblem(address: string, allowed: AddressRange): string | null {
  if (!ADDRESS.test(address) || !URL.canParse(address)) return `${JSON.stringify(address)} is not http://host:port`
  return allowed.includes(new URL(address).hostname) ? null : `the host of ${JSON.stringify(address)} is not within LB_ALLOWED_HOSTS`
}
