import { codeException } from './code-exception.ts'
import { connectionsUsedUp } from './connections-used-up.ts'
import { cpuBound } from './cpu-bound.ts'
import { crashLoop } from './crash-loop.ts'
import { databaseDown } from './database-down.ts'
import type { Hypothesis } from './hypothesis.ts'
import { instanceFatal } from './instance-fatal.ts'
import { lockContention } from './lock-contention.ts'
import { memoryGrowth } from './memory-growth.ts'
import { nothingWrong } from './nothing-wrong.ts'
import { poolExhausted } from './pool-exhausted.ts'
import { slowDependency } from './slow-dependency.ts'
import { slowQuery } from './slow-query.ts'
import { storageFailing } from './storage-failing.ts'
import { trafficSurge } from './traffic-surge.ts'
import { unreachable } from './unreachable.ts'

/** Every cause that is considered. Where two stand equally, the earlier one is named. */
export const HYPOTHESES: readonly Hypothesis[] = [
  codeException,
  databaseDown,
  connectionsUsedUp,
  poolExhausted,
  lockContention,
  slowQuery,
  storageFailing,
  instanceFatal,
  crashLoop,
  unreachable,
  cpuBound,
  trafficSurge,
  memoryGrowth,
  slowDependency,
  nothingWrong,
]
