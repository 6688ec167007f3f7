import { BlockList, isIP } from 'node:net'

/** Where callbacks may go, as GATEWAY_CALLBACKS names it. */
export interface CallbackPolicy {
  /** This machine, by its loopback addresses and as `localhost`. */
  loopback: boolean
  /** Names, each with the port where one was given. Such a name must resolve to public addresses, or to `networks`. */
  hosts: readonly { host: string; port: string | undefined }[]
  /** Addresses that are allowed though they are not public, and by themselves. */
  networks: BlockList
  /** `host:port` of what the gateway itself calls: never. */
  never: readonly string[]
}

/** Why a callback is refused. */
interface Refusal {
  kind: 'refused'
  /** 400: it is no address of a callback; 403: it may not be called. */
  status: 400 | 403
  reason: string
}

/** What may be called: its name is resolved once, and each address that comes of it is asked about again. */
interface Allowed {
  kind: 'allowed'
  url: URL
}

/**
 * Everything that is not an address of the public internet: RFC 6890 and its like, and what stands for IPv4 within IPv6. A mapped address (`::ffff:…`) is
 * compared with the networks of IPv4.
 */
const NOT_PUBLIC = new BlockList()
for (const [net, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const)
  NOT_PUBLIC.addSubnet(net, prefix, 'ipv4')
for (const [net, prefix] of [
  ['::', 96],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
  ['5f00::', 16],
  ['fc00::', 7],
  ['fe80::', 9],
  ['ff00::', 8],
] as const)
  NOT_PUBLIC.addSubnet(net, prefix, 'ipv6')

const LOOPBACK = new BlockList()
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4')
LOOPBACK.addAddress('::1', 'ipv6')

/** Reads GATEWAY_CALLBACKS: `loopback`, names with or without a port, networks such as `10.1.0.0/16`, by commas. @throws Error that names what is wrong. */
export function readCallbackPolicy(text: string, never: readonly string[] = []): CallbackPolicy {
  const hosts: { host: string; port: string | undefined }[] = []
  const networks = new BlockList()
  const entries = text
    .split(',')
    .map((entry) => entry.trim().toLowerCase())
    .filter(Boolean)
  for (const entry of entries.filter((each) => each !== 'loopback')) {
    const [, net = '', prefix] = /^([\da-f.:]+)\/(\d{1,3})$/.exec(entry) ?? []
    const [, host, port] = /^([a-z\d](?:[a-z\d.-]*[a-z\d])?)(?::(\d{1,5}))?$/.exec(entry) ?? []
    if (isIP(net) !== 0 && Number(prefix) <= (isIP(net) === 4 ? 32 : 128))
      networks.addSubnet(net, Number(prefix), isIP(net) === 4 ? 'ipv4' : 'ipv6')
    else if (isIP(entry) !== 0) networks.addAddress(entry, isIP(entry) === 4 ? 'ipv4' : 'ipv6')
    else if (host !== undefined) hosts.push({ host, port })
    else throw new Error(`GATEWAY_CALLBACKS must hold loopback, names or networks with commas between them, got ${JSON.stringify(entry)}`)
  }
  return { loopback: entries.includes('loopback'), hosts, networks, never }
}

const refused = (status: 400 | 403, reason: string): Refusal => ({ kind: 'refused', status, reason })

/** Decides by the address as it is written; nothing is resolved or connected. */
export function decideCallback(text: string, policy: CallbackPolicy): Refusal | Allowed {
  const url = URL.parse(text)
  if (!url) return refused(400, 'it is no address')
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return refused(400, 'it must begin with http:// or https://')
  if (url.username !== '' || url.password !== '') return refused(400, 'it must hold no name and no password')
  if (url.hash !== '') return refused(400, 'it must hold no fragment')
  const host = hostOf(url)
  const port = url.port || (url.protocol === 'https:' ? '443' : '80')
  if (
    policy.never.includes(`${host}:${port}`) ||
    (isNearby(host) && policy.never.some((each) => isNearby(each.replace(/:\d+$/, '')) && each.endsWith(`:${port}`)))
  )
    return refused(403, 'it is what the gateway itself calls')
  if (isIP(host) !== 0)
    return decideAddress(host, policy, false) ? { kind: 'allowed', url } : refused(403, `the address ${host} is not on the list`)
  if (host === 'localhost') return policy.loopback ? { kind: 'allowed', url } : refused(403, 'this machine is not on the list')
  const isListed = policy.hosts.some((each) => each.host === host && (each.port ?? port) === port)
  // In the clear, whoever stands between could read it and answer with what they like.
  if (isListed && url.protocol === 'http:' && !isPrivatelyNamed(policy)) return refused(403, 'a callback to another machine must be https')
  return isListed ? { kind: 'allowed', url } : refused(403, `the host ${host} is not on the list`)
}

/** Decides about an address that is about to be connected; `isListedName`: it came of a name that is on the list. */
export function decideAddress(address: string, policy: CallbackPolicy, isListedName: boolean): boolean {
  const family = isIP(address) === 4 ? 'ipv4' : 'ipv6'
  if (policy.networks.check(address, family)) return true
  if (LOOPBACK.check(address, family)) return policy.loopback && !isListedName
  return isListedName && !NOT_PUBLIC.check(address, family)
}

/** Where a network is listed, its operator answers for what is spoken within it. */
const isPrivatelyNamed = ({ networks }: CallbackPolicy) => networks.rules.length > 0

/** Without the brackets of IPv6 and the dot at the end, which some resolvers take. */
export const hostOf = (url: URL) =>
  url.hostname
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '')
    .toLowerCase()

const isNearby = (host: string) => host === 'localhost' || (isIP(host) !== 0 && LOOPBACK.check(host, isIP(host) === 4 ? 'ipv4' : 'ipv6'))
