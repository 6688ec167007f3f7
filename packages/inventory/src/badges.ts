import type { StoredItem } from './api.ts'

/** What the shop says about a finish. */
interface Badge {
  label: string
}

/** By the finish that an item's name begins with. */
const BADGES = new Map<string, Badge>([
  ['plain', { label: 'No frills' }],
  ['oak', { label: 'Solid oak' }],
  ['steel', { label: 'Stainless steel' }],
  ['blue', { label: 'Lacquered by hand' }],
  ['folding', { label: 'Folds flat' }],
  ['enamel', { label: 'Enamelled twice' }],
  ['brass', { label: 'Brass, not plated' }],
])

/** The badge of an item, by the finish in its name. */
export function badgeOf({ name }: Pick<StoredItem, 'name'>): string {
  const [finish = ''] = name.split(' ')
  const badge = BADGES.get(finish) as Badge // Each finish of the catalogue has one.
  return badge.label
}
