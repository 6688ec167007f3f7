import { chownSync, copyFileSync, existsSync, readdirSync, readFileSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { locateBinaries } from './binaries.ts'
import { createDataDirectory } from './data-directory.ts'
import { installBinaries, makeReachable } from './installation.ts'
import { query } from './query.ts'
import { recoverDataDirectory } from './recover.ts'
import { serverUser, type User } from './server-user.ts'

/** A process that keeps the server running; it ends, with the server, when its standard input ends, and on TERM, INT and HUP. */
export interface Launch {
  command: [string, ...string[]]
  cwd: string
  /** The whole environment. */
  env: Record<string, string>
  /** Null: whoever we are. */
  user: User | null
}

export interface ServerOptions {
  /** Where the server keeps everything; as root one that `nobody` can reach, see `reachableDirectory`. */
  directory: string
  port: number
  /** `name=value` beside those of server.conf. */
  settings?: string[]
}

const DATA = 'data-'

/** Natively only: version 18 and later, or the socket that the image needs. */
const NATIVE_SETTINGS = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'io_method=sync']

/** The shop's role and database on a server at this port of this machine. */
export function shopUrl(port: number): string {
  return `postgres://shop@127.0.0.1:${port}/shop`
}

/** The on-call agent's role on the same database: it looks, and gets in when the others' slots are gone. */
export function agentUrl(port: number): string {
  return `postgres://oncall@127.0.0.1:${port}/shop`
}

/** The server's own superuser, which only this machine reaches. */
export function superuserUrl(port: number): string {
  return `postgres://postgres@127.0.0.1:${port}/postgres`
}

/** Creates what the data directory is older than: the roles of the agent and of the instances, and what they may call. True when all is there. */
export async function ensureRoles(port: number): Promise<boolean> {
  const statements = readFileSync(fileURLToPath(import.meta.resolve('./roles.sql')), 'utf8').split('\n\n')
  // The first start alone makes the shop's own role and database; each of the rest may run again.
  const again = statements.filter((statement) => !/^CREATE (ROLE|DATABASE) /.test(statement)).join('\n')
  return query(superuserUrl(port), again).then(
    () => true,
    () => false,
  )
}

/** The file that holds the server down, see gate.sh. */
export function holdFile(directory: string): string {
  return join(directory, 'hold')
}

/**
 * Makes everything ready for one start of the server: the programs, the data directory on its first use, and what a server that was killed left behind.
 * Two processes must not prepare the same directory at a time. @throws Error when there are no programs, or initdb fails
 */
export async function prepareServer({ directory, port, settings = [] }: ServerOptions, signal?: AbortSignal): Promise<Launch> {
  const user = serverUser()
  const binaries = locateBinaries()
  const programs = await installBinaries(binaries, user !== null)
  makeReachable(directory)
  if (user) chownSync(directory, user.uid, user.gid)
  const [gate, config, access, roles] = ['gate.sh', 'server.conf', 'pg_hba.conf', 'roles.sql'].map((name) => place(name, directory))
  const data = join(directory, `${DATA}${Number.parseInt(binaries.version, 10)}`)
  await recoverDataDirectory(data)
  await createDataDirectory({ data, programs, roles: String(roles), user, signal })
  const flags = [`config_file=${config}`, `hba_file=${access}`, `port=${port}`, ...NATIVE_SETTINGS, ...settings].flatMap((flag) => [
    '-c',
    flag,
  ])
  return {
    command: ['/bin/sh', String(gate), holdFile(directory), join(programs, 'bin/postgres'), '-D', data, ...flags],
    cwd: directory,
    env: { PATH: process.env.PATH ?? '', LC_ALL: 'C', LAB_LEASH: 'stdin' },
    user,
  }
}

/** Ends what an earlier lab's server may still run in this directory, so that its port is free. */
export async function recoverServer(directory: string): Promise<void> {
  if (!existsSync(directory)) return
  for (const name of readdirSync(directory)) if (name.startsWith(DATA)) await recoverDataDirectory(join(directory, name))
}

/** Copies one of our own files to where the server's user can read it. */
function place(name: string, directory: string): string {
  const target = join(directory, name)
  copyFileSync(fileURLToPath(new URL(name, import.meta.url)), `${target}.new`)
  renameSync(`${target}.new`, target)
  return target
}
