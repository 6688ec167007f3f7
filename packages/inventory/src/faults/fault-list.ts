import { cpu } from './cpu.ts'
import { crash } from './crash.ts'
import { errors } from './errors.ts'
import { latency } from './latency.ts'
import { memoryLeak } from './memory-leak.ts'
import { oomSafe } from './oom-safe.ts'
import { poolLeak } from './pool-leak.ts'

/** All faults of an instance. */
export const FAULTS = [latency, errors, cpu, oomSafe, crash, memoryLeak, poolLeak] as const
