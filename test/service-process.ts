import { fileURLToPath } from 'node:url'
import { type StartedProcess, startProcess } from '@oncall-lab/test-kit/started-process'

/** A service of ours as a process of its own, as the lab runs it. */
export type ServiceProcess = StartedProcess

/** Starts a package's main.ts with just this environment and waits for its `/healthz`. @throws with what it printed when it ends early */
export function startService(name: string, port: number, env: Record<string, string>): Promise<ServiceProcess> {
  const main = fileURLToPath(new URL(`../packages/${name}/src/main.ts`, import.meta.url))
  return startProcess({ main, port, env: { LOG_LEVEL: 'warn', ...env } })
}
