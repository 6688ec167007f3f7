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
  const addressed = people.find(({ email }) => email !== undefined && email.toLowerCase() === address)
  if (addressed) return { kind: 'one', person: addressed, reason: 'address' }
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

/** People in words; those of one name with what tells them apart. */
export function tellPeople(people: Person[]): string {
  const count = (name: string) => people.filter(({ displayName }) => displayName === name).length
  return people
    .map(({ displayName, email, accountId }) => (count(displayName) > 1 ? `${displayName} (${email ?? accountId})` : displayName))
    .join(' or ')
}
