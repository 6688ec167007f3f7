import { statfs } from 'node:fs/promises'
import { arch, availableParallelism, freemem, hostname, loadavg, platform, release, totalmem, uptime } from 'node:os'
import type { BundledLook } from '../targets/bundled-look.ts'

/** The machine that the agent runs on, which is the shop's as well in a lab. `directory` is where bundles are kept. */
export function agentMachine(directory: string): BundledLook[] {
  const source = 'the machine of the agent'
  return [
    {
      layer: 'os',
      name: 'agent-machine',
      source,
      read: async () => ({
        hostname: hostname(),
        platform: `${platform()} ${release()} ${arch()}`,
        cores: availableParallelism(),
        load: loadavg(),
        memory_bytes: totalmem(),
        free_memory_bytes: freemem(),
        uptime_seconds: Math.round(uptime()),
      }),
    },
    {
      layer: 'storage',
      name: 'agent-machine',
      source,
      async read() {
        const { bsize, blocks, bavail, files, ffree } = await statfs(directory)
        return { size_bytes: bsize * blocks, free_bytes: bsize * bavail, files, free_files: ffree }
      },
    },
  ]
}
