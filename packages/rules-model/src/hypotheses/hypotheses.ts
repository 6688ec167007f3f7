import { codeException } from './code-exception.ts'
import { cpuBound } from './cpu-bound.ts'
import { crashLoop } from './crash-loop.ts'
import type { Hypothesis } from './hypothesis.ts'
import { memoryGrowth } from './memory-growth.ts'
import { nothingWrong } from './nothing-wrong.ts'
import { slowDependency } from './slow-dependency.ts'
import { storageFailing } from './storage-failing.ts'
import { trafficSurge } from './traffic-surge.ts'
import { unreachable } from './unreachable.ts'

/** Every cause that is considered. Where two stand equally, the earlier one is named. */
export const HYPOTHESES: readonly Hypothesis[] = [
  codeException,
  storageFailing,
  crashLoop,
  unreachable,
  cpuBound,
  trafficSurge,
  memoryGrowth,
  slowDependency,
  nothingWrong,
]
