import { Counter, type Registry } from 'prom-client'
import type { StoredItem } from './api.ts'

/** Counts the items that customers look at, by the first character of their makers, so that the number of series is bounded. */
export function countViews(registry: Registry, service: string): (item: StoredItem) => void {
  const views = new Counter({
    name: 'shop_item_views_total',
    help: 'Items that customers looked at, by the first character of their makers.',
    labelNames: ['service', 'maker'],
    registers: [registry],
  })
  return (item) => queueMicrotask(() => views.inc({ service, maker: firstCharacter(item) }))
}

function firstCharacter({ manufacturer }: StoredItem): string {
  const found = /^./su.exec(manufacturer) as RegExpExecArray // No maker has an empty name.
  const character = found[0].toUpperCase()
  return /[A-Z]/.test(character) ? character : 'other'
}
