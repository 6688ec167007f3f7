import { readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { query } from '@oncall-lab/postgres-server/query'
import type { Instance, InstanceList } from '@oncall-lab/process-manager/api'
import { createAddressBook } from '../../src/address-book.ts'
import type { LabRun } from '../../src/run-file.ts'

/** What a trial can do to a running lab, from outside: by its API, in its database, to its processes. */
export interface Hands {
  random: () => number
  instances(): Promise<Instance[]>
  /** One of the instances that run. */
  anInstance(): Promise<Instance>
  post(path: string, body: object): Promise<unknown>
  /** As the database's superuser, in the shop's database. */
  sql(text: string): Promise<Record<string, unknown>[]>
  /** Ends the shop's connections, so that the next ones meet what was changed. */
  cutConnections(): Promise<void>
  signal(pid: number, signal: NodeJS.Signals): void
  /** The process group of a part of the lab, by its name. */
  signalPart(name: string, signal: NodeJS.Signals): void
  /** How many requests a second the customers send from now on. */
  customers(perSecond: number): void
}

/** Hands on the lab at this port offset; `directory` is its `.lab/<offset>`. */
export function createHands(offset: number, directory: string, random: () => number, customers: (perSecond: number) => void): Hands {
  const book = createAddressBook(offset)
  const manager = book.url('processManager')
  const database = `postgres://postgres@127.0.0.1:${book.ports.postgres}/shop`
  const partPid = (name: string) => {
    const run = JSON.parse(readFileSync(`${directory}/run.json`, 'utf8')) as LabRun // Written by the lab.
    const pid = run.parts.find((part) => part.name === name)?.pid
    if (!pid) throw new Error(`The lab has no running part ${name}`)
    return pid
  }
  const hands: Hands = {
    random,
    customers,
    async instances() {
      return ((await (await fetch(`${manager}/instances`)).json()) as InstanceList).instances
    },
    async anInstance() {
      const running = (await hands.instances()).filter(({ state }) => state === 'running')
      const chosen = running[Math.floor(random() * running.length)]
      if (!chosen) throw new Error('No instance runs')
      return chosen
    },
    async post(path, body) {
      const headers = { 'content-type': 'application/json', 'x-requested-by': 'somebody' }
      const answer = await fetch(`${manager}${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
      const result: unknown = await answer.json()
      if (!answer.ok) throw new Error(`${path} ${JSON.stringify(body)}: ${JSON.stringify(result)}`)
      return result
    },
    sql: (text) => query(database, text),
    async cutConnections() {
      await hands.sql(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename IN ('shop', 'inventory') AND pid <> pg_backend_pid()",
      )
    },
    signal: (pid, signal) => void process.kill(pid, signal),
    signalPart: (name, signal) => void process.kill(-partPid(name), signal),
  }
  return hands
}

/** Waits until it holds, asking every half second; false when it did not in time. */
export async function eventually(holds: () => Promise<boolean>, withinMs: number): Promise<boolean> {
  const deadline = Date.now() + withinMs
  while (Date.now() < deadline) {
    if (await holds().catch(() => false)) return true
    await delay(500)
  }
  return false
}
