import { createRegistry } from '@oncall-lab/service-kit/service'
import { expect, it } from 'vitest'
import type { StoredItem } from './api.ts'
import { countViews } from './views.ts'

const item = (manufacturer: string): StoredItem => ({ id: '1', name: 'plain lamp', price: 1, manufacturer, quantity: 1 })

it('counts views by the first letter of the maker, and all other characters as one', async () => {
  const registry = createRegistry()
  const viewed = countViews(registry, 'inventory')
  for (const maker of ['Granby', 'granby', '3M', 'Ångström', '\nx']) viewed(item(maker))
  await Promise.resolve()
  const lines = (await registry.metrics()).split('\n').filter((line) => line.startsWith('shop_item_views_total{'))
  expect(lines.sort()).toEqual([
    'shop_item_views_total{service="inventory",maker="G"} 2',
    'shop_item_views_total{service="inventory",maker="other"} 3',
  ])
})
