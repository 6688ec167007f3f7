import type { InstanceExit } from './api.ts'

/** `killed by SIGKILL after 3.2 s`, `exited with code 1 after 0.4 s`. */
export function describeExit({ code, signal, uptime_seconds }: Omit<InstanceExit, 'at' | 'expected'>): string {
  if (code === null && signal === null) return 'could not be started'
  return `${signal ? `killed by ${signal}` : `exited with code ${code}`} after ${uptime_seconds.toFixed(1)} s`
}
