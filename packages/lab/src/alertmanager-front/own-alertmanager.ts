import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { leashed } from '../leashed.ts'
import type { Inner } from './front.ts'

/** An Alertmanager that only this process can address. */
export interface OwnAlertmanager {
  inner: Inner
  /** Resolves with a sentence when it ends. */
  ended: Promise<string>
  /** Ends it, within 5 s in any case. */
  stop(): Promise<void>
}

/**
 * Starts Alertmanager on a free port of 127.0.0.1 under a path that nobody can guess: a web page can try every port of this machine, and finds nothing
 * but 404 on this one. `url` is the address under which people and links reach it. It ends with this process, however that ends.
 */
export async function startAlertmanager(program: string, args: string[], url: string): Promise<OwnAlertmanager> {
  const inner = { port: await findFreePort(), prefix: `/${randomBytes(18).toString('base64url')}` }
  const [command, ...rest] = leashed(program, [
    ...args,
    `--web.listen-address=127.0.0.1:${inner.port}`,
    `--web.route-prefix=${inner.prefix}`,
    `--web.external-url=${url}`,
  ])
  const child = spawn(command, rest, { stdio: ['pipe', 'inherit', 'inherit'] })
  const ended = once(child, 'exit').then(
    ([code, signal]) => `Alertmanager ended with ${signal ?? code}`,
    (error: Error) => `Alertmanager cannot be started: ${error.message}`,
  )
  return { inner, ended, stop: () => stop(child, ended) }
}

const KILL_AFTER_MS = 4_000

async function stop(child: ChildProcess, ended: Promise<unknown>): Promise<void> {
  child.kill('SIGTERM')
  await Promise.race([ended, delay(KILL_AFTER_MS, undefined, { ref: false })])
  child.kill('SIGKILL') // Of the holder of the leash, whose end takes Alertmanager along.
}

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('a TCP server has no port')
  return address.port
}
