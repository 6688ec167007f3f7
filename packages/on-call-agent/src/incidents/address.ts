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
export type ContactsDecision = { kind: 'contacts'; contacts: [string, ...string[]] } | { kind: 'invalid'; problems: string[] }

/** Reads a comma-separated list of addresses; each must be one of the kinds, and a repeated one counts once. Without any the default of the first kind. */
export function decideContacts(text: string, kinds: AddressKind[]): ContactsDecision {
  const given = text.split(',').flatMap((part) => part.trim() || [])
  const read = given.map((part) => ({
    part,
    address: kinds.map(({ readAddress }) => readAddress(part)).find((each) => each !== undefined),
  }))
  const problems = read
    .filter(({ address }) => address === undefined)
    .map(({ part }) => `each address must be ${kinds.map(({ addressForm }) => addressForm).join(', or ')}; got ${JSON.stringify(part)}`)
  if (problems.length > 0) return { kind: 'invalid', problems }
  const [first, ...others] = [...new Set(read.flatMap(({ address }) => address ?? []))]
  const contact = first ?? kinds.find(({ defaultContact }) => defaultContact !== undefined)?.defaultContact
  if (contact === undefined) return { kind: 'invalid', problems: ['nobody can be paged: name one address at least'] }
  return { kind: 'contacts', contacts: [contact, ...others] }
}
