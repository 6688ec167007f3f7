/** What a contact may do: `view`: be paged and ask; `reply`: also acknowledge, and have tickets filed; `approve`: also decide about actions. */
export const ROLES = ['view', 'reply', 'approve'] as const
export type Role = (typeof ROLES)[number]

/** Somebody who is paged. */
interface Contact {
  /** As it is stored, e.g. `whatsapp:+15550100001`. */
  address: string
  role: Role
}

/** The addresses of a list as they are written, for keeping them out of logs. */
export function namedAddresses(text: string): string[] {
  return text.split(',').flatMap((part) => splitRole(part).text || [])
}

/** A kind of address, as far as it takes to read one. */
export interface AddressKind {
  /** What an address of this kind looks like, in words. */
  addressForm: string
  /** The address as it is stored; undefined when it is none of this kind. */
  readAddress(text: string): string | undefined
  /** Who is reached where nobody is named. */
  defaultContact?: string | undefined
}

/** The people to page in order, or what is wrong with the list, in words. */
export type ContactsDecision = { kind: 'contacts'; contacts: [Contact, ...Contact[]] } | { kind: 'invalid'; problems: string[] }

/** Whoever is named without a role may do all. */
const DEFAULT_ROLE: Role = 'approve'

/** Whether a role holds what another one may do. */
export function allows(role: Role, needed: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(needed)
}

/**
 * Reads a comma-separated list of addresses, each with `;role=view|reply|approve` where it may not do all: `whatsapp:+49…, mailto:…;role=view`.
 * Each must be one of the kinds, and a repeated one counts once. Without any the default of the first kind.
 */
export function decideContacts(text: string, kinds: AddressKind[]): ContactsDecision {
  const given = text.split(',').flatMap((part) => part.trim() || [])
  const read = given.map((part) => readContact(part, kinds))
  const problems = read.flatMap((each) => ('problem' in each ? each.problem : []))
  if (problems.length > 0) return { kind: 'invalid', problems }
  const contacts = read.flatMap((each) => ('problem' in each ? [] : each))
  const [first, ...others] = contacts.filter(({ address }, at) => contacts.findIndex((each) => each.address === address) === at)
  const standard = kinds.find(({ defaultContact }) => defaultContact !== undefined)?.defaultContact
  const contact = first ?? (standard === undefined ? undefined : { address: standard, role: DEFAULT_ROLE })
  if (contact === undefined) return { kind: 'invalid', problems: ['nobody can be paged: name one address at least'] }
  return { kind: 'contacts', contacts: [contact, ...others] }
}

function readContact(part: string, kinds: AddressKind[]): Contact | { problem: string } {
  const { text, named } = splitRole(part)
  const role = named === undefined ? DEFAULT_ROLE : ROLES.find((each) => each === named.toLowerCase())
  if (role === undefined) return { problem: `the role of ${text} must be ${ROLES.join(', ')}; got ${JSON.stringify(named)}` }
  const address = kinds.map(({ readAddress }) => readAddress(text)).find((each) => each !== undefined)
  if (address !== undefined) return { address, role }
  return { problem: `each address must be ${kinds.map(({ addressForm }) => addressForm).join(', or ')}; got ${JSON.stringify(text)}` }
}

function splitRole(part: string): { text: string; named: string | undefined } {
  const [whole, named] = /;\s*role\s*=\s*([^\s;]*)/i.exec(part) ?? []
  return { text: (whole === undefined ? part : part.replace(whole, '')).trim(), named }
}
