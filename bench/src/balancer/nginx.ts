import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Contender } from '../contender.ts'
import { isOnPath } from '../process.ts'
import { startServer } from '../start-server.ts'
import { PROBE_PATH } from './backend-answer.ts'

/** nginx with one worker, connections to the backends kept. */
export const nginx: Contender = {
  name: 'nginx',
  whyAbsent: () => (isOnPath('nginx') ? undefined : 'no nginx on PATH (Debian: apt-get install nginx)'),
  start: ({ backends, core, directory }, signal) =>
    startServer((port) => nginxCommand(join(directory, 'nginx'), proxy(port, backends)), { readyPath: PROBE_PATH, core }, signal),
}

/** Writes a configuration with these `http` contents and returns what runs it, in the foreground, with everything in `directory`. */
export function nginxCommand(directory: string, http: string): string[] {
  mkdirSync(directory, { recursive: true })
  const config = join(directory, 'nginx.conf')
  const places = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((each) => `${each}_temp_path ${directory}/${each};`).join(' ')
  writeFileSync(
    config,
    `daemon off; worker_processes 1; pid ${directory}/nginx.pid; error_log stderr warn;
events { worker_connections 4096; }
http { access_log off; keepalive_requests 1000000000; keepalive_timeout 600s; ${places}
${http}
}
`,
  )
  return ['nginx', '-c', config, '-p', directory, '-e', 'stderr']
}

function proxy(port: number, backends: readonly string[]): string {
  const servers = backends.map((url) => `server ${new URL(url).host};`).join(' ')
  return `upstream backends { ${servers} keepalive 64; keepalive_requests 1000000000; }
server { listen 127.0.0.1:${port}; location / {
  proxy_pass http://backends; proxy_http_version 1.1; proxy_set_header Connection "";
  proxy_set_header Host $http_host; proxy_set_header X-Forwarded-For $remote_addr; proxy_set_header X-Forwarded-Proto $scheme;
} }`
}
