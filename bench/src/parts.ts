import { balancerPart } from './balancer/compare-balancers.ts'
import { generatorPart } from './generator/compare-generators.ts'
import { inventoryPart } from './inventory/measure-inventory.ts'
import type { Part } from './part.ts'

/** The comparisons, in the order in which they run. */
export const PARTS: readonly Part[] = [balancerPart, generatorPart, inventoryPart]
