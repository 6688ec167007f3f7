/** What the machine, or the container, keeps whatever is asked for. */
const RESERVE_MB = 512
/** Less than this is lost in what an instance uses anyway. */
const LEAST_MB = 64
const MEBIBYTE = 1_048_576

/** How much memory each of the chosen instances may hold. */
export type MemoryDecision = { kind: 'grant'; memoryMb: number } | { kind: 'refuse'; reason: string }

/** What the decision rests on; `promisedMb` is what other instances may still take. */
export interface MemoryDemand {
  askedMb: number
  instances: number
  promisedMb: number
  availableBytes: number
}

/** Shares out what is left above the reserve of 512 MB, so that all instances together stay within it; too small a share is refused. */
export function decideMemory({ askedMb, instances, promisedMb, availableBytes }: MemoryDemand): MemoryDecision {
  const availableMb = Math.floor(availableBytes / MEBIBYTE)
  const share = Math.floor((availableMb - RESERVE_MB - promisedMb) / Math.max(1, instances))
  const memoryMb = Math.min(askedMb, share)
  if (memoryMb >= Math.min(askedMb, LEAST_MB)) return { kind: 'grant', memoryMb }
  const others = promisedMb > 0 ? `, ${promisedMb} MB may be taken by instances that have such a fault already` : ''
  const reason = `There is too little memory for that: ${availableMb} MB are available, ${RESERVE_MB} MB are to be left${others}, and each of ${instances} instances needs ${Math.min(askedMb, LEAST_MB)} MB`
  return { kind: 'refuse', reason }
}
