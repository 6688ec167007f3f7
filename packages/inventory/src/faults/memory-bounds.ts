import { Type } from 'typebox'

/** The most that a fault holds. */
export const MEMORY_MB = Type.Integer({ minimum: 1, maximum: 256, default: 256, description: 'the most that it holds, in MiB' })

/** What the machine, or the container, must keep. */
const RESERVE_BYTES = 512 * 1_048_576

/** True when so much can be taken and the machine (or the container: cgroups count) still has its reserve. */
export function leavesReserve(bytes: number, availableBytes = process.availableMemory()): boolean {
  return availableBytes - bytes >= RESERVE_BYTES
}
