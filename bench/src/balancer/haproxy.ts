import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Contender } from '../contender.ts'
import { isOnPath } from '../process.ts'
import { startServer } from '../start-server.ts'
import { PROBE_PATH } from './backend-answer.ts'

/** HAProxy with one thread, connections to the backends kept. */
export const haproxy: Contender = {
  name: 'HAProxy',
  whyAbsent: () => (isOnPath('haproxy') ? undefined : 'no haproxy on PATH (Debian: apt-get install haproxy)'),
  start({ backends, core, directory }, signal) {
    const command = (port: number) => {
      const file = join(directory, 'haproxy.cfg')
      writeFileSync(file, configuration(port, backends))
      return ['haproxy', '-db', '-f', file]
    }
    return startServer(command, { readyPath: PROBE_PATH, core }, signal)
  },
}

function configuration(port: number, backends: readonly string[]): string {
  const servers = backends.map((url, i) => `  server backend${i} ${new URL(url).host}`).join('\n')
  return `global
  nbthread 1
  maxconn 4096
defaults
  mode http
  timeout connect 1s
  timeout client 60s
  timeout server 10s
frontend front
  bind 127.0.0.1:${port}
  option forwardfor
  default_backend backends
backend backends
  balance roundrobin
  http-reuse always
${servers}
`
}
