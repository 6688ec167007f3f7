import { balancerPart } from './balancer/compare-balancers.ts'
import type { Part } from './part.ts'

/** The comparisons, in the order in which they run. */
export const PARTS: readonly Part[] = [balancerPart]
