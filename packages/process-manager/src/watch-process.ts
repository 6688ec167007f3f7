import { setTimeout } from 'node:timers/promises'
import type { InstanceClient } from './instance-client.ts'
import type { InventoryProcess } from './inventory-process.ts'

/** How a process is asked how it is. */
export interface Probing {
  client: InstanceClient
  /** A start that is not healthy after this long counts as failed (Kubernetes' startup probe). */
  healthyWithinMs: number
  /** A process that has given no answer at all for this long hangs. A busy or a slow one answers now and then, so this may not be short. */
  hangsAfterMs: number
}

const PROBE_START_EVERY_MS = 100
const PROBE_EVERY_MS = 5_000

/** True when the process answers as healthy under its own id, false when it ended, took too long, or `signal` came. */
export async function becomesHealthy(
  port: number,
  process: InventoryProcess,
  { client, healthyWithinMs }: Probing,
  signal: AbortSignal,
): Promise<boolean> {
  const over = endOf(process, signal)
  const deadline = Date.now() + healthyWithinMs
  while (!over.aborted && Date.now() < deadline) {
    // Another process may hold the port and answer there.
    if ((await client.findHealthyId(port)) === process.instanceId) return !over.aborted
    await setTimeout(PROBE_START_EVERY_MS, undefined, { signal: over }).catch(() => undefined)
  }
  return false
}

/** True when the process hangs, as by Kubernetes' liveness probe; false when it ended or `signal` came first. */
export async function hangs(
  port: number,
  process: InventoryProcess,
  { client, hangsAfterMs }: Probing,
  signal: AbortSignal,
): Promise<boolean> {
  const over = endOf(process, signal)
  const everyMs = Math.min(PROBE_EVERY_MS, hangsAfterMs / 4)
  let answeredAt = performance.now()
  for (;;) {
    await setTimeout(everyMs, undefined, { signal: over }).catch(() => undefined)
    if (over.aborted) return false
    // One patient question instead of several short ones: a late answer is an answer.
    if (await client.isAnswering(port, hangsAfterMs)) answeredAt = performance.now()
    else if (!over.aborted && performance.now() - answeredAt >= hangsAfterMs) return true
  }
}

function endOf({ exited }: InventoryProcess, signal: AbortSignal): AbortSignal {
  const ended = new AbortController()
  void exited.then(() => ended.abort())
  return AbortSignal.any([signal, ended.signal])
}
