import { balancerPart } from './balancer/compare-balancers.ts'
import { generatorPart } from './generator/compare-generators.ts'
import type { Part } from './part.ts'

/** The comparisons, in the order in which they run. */
export const PARTS: readonly Part[] = [balancerPart, generatorPart]
