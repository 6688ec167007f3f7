/** Somebody whom a ticket can be assigned to. */
export interface Person {
  accountId: string
  displayName: string
  /** Where the tracker shows it: tells two people of one name apart. */
  email?: string
}

/** Who is meant by a name that somebody typed. */
export type AssigneeDecision =
  | { kind: 'one'; person: Person; reason: 'address' | 'full_name' | 'part_of_name' }
  | { kind: 'none'; reason: 'nobody_matches' }
  | { kind: 'several'; people: Person[]; reason: 'ambiguous' }

/** The full name wins; else each typed word must begin a word of the name. Case and accents do not count. */
export function decideAssignee(typed: string, people: Person[]): AssigneeDecision {
  const address = typed.trim().toLowerCase()
  const byAddress = people.filter(({ email = '' }) =>
    [email, email.split('@')[0]].some((each) => each !== '' && each?.toLowerCase() === address),
  )
  const [addressed] = byAddress
  if (addressed && byAddress.length === 1) return { kind: 'one', person: addressed, reason: 'address' }
  const wanted = words(typed)
  const full = people.filter(({ displayName }) => words(displayName).join(' ') === wanted.join(' '))
  if (full.length === 1 && full[0]) return { kind: 'one', person: full[0], reason: 'full_name' }
  const matching = people.filter(
    ({ displayName }) => wanted.length > 0 && wanted.every((word) => words(displayName).some((part) => part.startsWith(word))),
  )
  if (matching.length === 1 && matching[0]) return { kind: 'one', person: matching[0], reason: 'part_of_name' }
  return matching.length > 1 ? { kind: 'several', people: matching, reason: 'ambiguous' } : { kind: 'none', reason: 'nobody_matches' }
}

function words(name: string): string[] {
  const plain = name.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
  return plain.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '')
}

/** A person as one of several; who shares a name is told apart by the address without its domain, as whole addresses are redacted from what a model reads. */
export function labelOf({ displayName, email, accountId }: Person, people: Person[]): string {
  const same = people.filter((each) => each.displayName === displayName)
  if (same.length < 2) return displayName
  const [local, domain] = email?.split('@') ?? []
  if (local === undefined) return `${displayName} (account …${accountId.slice(-6)})`
  const isEnough = same.filter((each) => each.email?.split('@')[0] === local).length === 1
  return `${displayName} (${isEnough ? local : `${local} of ${domain}`})`
}

/** People in words, numbered: the number alone is an answer. */
export function tellPeople(people: Person[]): string {
  return people.map((person, i) => `${i + 1}. ${labelOf(person, people)}`).join(' or ')
}
