import type { LogsTail } from '@oncall-lab/inventory/api'
import type { InstanceReader } from './instance-reader.ts'
import type { LoadBalancerClient } from './load-balancer.ts'
import type { ProcessManagerClient } from './process-manager.ts'

/** The newest entries of the error log of all instances, oldest first. @throws UpstreamError */
export type LogTail = (seconds: number, limit: number, signal: AbortSignal) => Promise<LogsTail>

/** Through the balancer; all instances write into one log, so any of them has all of it when that way is cut. */
export function createLogTail(
  loadBalancer: Pick<LoadBalancerClient, 'tailLogs'>,
  processManager?: Pick<ProcessManagerClient, 'instances'>,
  reader?: Pick<InstanceReader, 'tailLogs'>,
): LogTail {
  return async (seconds, limit, signal) => {
    try {
      return await loadBalancer.tailLogs(seconds, limit, signal)
    } catch (error) {
      if (!processManager || !reader || signal.aborted) throw error
      const instances = await processManager.instances(signal).catch(() => [])
      for (const { instance } of instances.filter(({ state }) => state === 'running').slice(0, 3)) {
        const tail = await reader.tailLogs(instance, seconds, limit, signal).catch(() => undefined)
        if (tail) return tail
      }
      throw error
    }
  }
}
