import { BlockList, isIP } from 'node:net'

/** A set of hosts: addresses, networks in CIDR notation, and names. */
export interface AddressRange {
  /** `host` as it stands in an address, an IPv6 one with or without brackets. */
  includes(host: string): boolean
}

/**
 * Reads a comma separated list, e.g. `127.0.0.0/8, ::1, localhost`.
 * @throws Error that names the entry which is neither an address, nor a network, nor a name.
 */
export function parseAddressRange(list: string): AddressRange {
  const addresses = new BlockList()
  const names = new Set<string>()
  for (const entry of list.split(',').flatMap((each) => each.trim() || [])) {
    const [address = '', bits] = entry.split('/')
    const family = familyOf(address)
    if (family === null && bits === undefined && NAME.test(entry)) names.add(entry.toLowerCase())
    else if (family !== null && bits === undefined) addresses.addAddress(address, family)
    else if (family !== null && PREFIX.test(bits ?? '') && Number(bits) <= (family === 'ipv4' ? 32 : 128))
      addresses.addSubnet(address, Number(bits), family)
    else throw new Error(`${JSON.stringify(entry)} is no address, network or host name`)
  }
  return {
    includes(host) {
      const bare = host.replace(/^\[|\]$/g, '')
      const family = familyOf(bare)
      return family === null ? names.has(bare.toLowerCase()) : addresses.check(bare, family)
    },
  }
}

const NAME = /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i
const PREFIX = /^\d{1,3}$/

function familyOf(address: string): 'ipv4' | 'ipv6' | null {
  const version = isIP(address)
  return version === 4 ? 'ipv4' : version === 6 ? 'ipv6' : null
}
