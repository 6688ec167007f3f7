import { autocannon } from './autocannon.ts'
import type { Generator } from './generator.ts'
import { hey } from './hey.ts'
import { ourTraffic } from './our-traffic.ts'
import { wrk } from './wrk.ts'

/** Who takes part in the comparison of generators, in the order of each round. */
export const GENERATORS: readonly Generator[] = [ourTraffic, wrk, autocannon, hey]
