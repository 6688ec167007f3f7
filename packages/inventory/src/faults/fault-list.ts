import { cpu } from './cpu.ts'
import { crash } from './crash.ts'
import { errors } from './errors.ts'
import type { Fault } from './fault.ts'
import { latency } from './latency.ts'
import { memoryLeak } from './memory-leak.ts'
import { oomSafe } from './oom-safe.ts'
import { poolLeak } from './pool-leak.ts'

/** All faults that there are. */
export const FAULTS: readonly Fault[] = [latency, errors, cpu, oomSafe, crash, memoryLeak, poolLeak]
