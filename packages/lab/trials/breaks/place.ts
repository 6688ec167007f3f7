import { readFileSync } from 'node:fs'
import { query } from '@oncall-lab/postgres-server/query'
import type { Instance, SettingList } from '@oncall-lab/process-manager/api'
import type { AddressBook } from '../../src/address-book.ts'
import type { LabDirectory } from '../../src/lab-directory.ts'
import { type AskFleet, askFleetAt } from '../actions/fleet.ts'
import { OWN_NAME, readDatabase } from '../fault/database-state.ts'

/** A running lab, as breaks are given and seen. */
export interface Place {
  fleet: AskFleet
  book: AddressBook
  directory: LabDirectory
  /** Of the first three instances. */
  ports: readonly [number, number, number]
  instances(): Promise<Instance[]>
  /** The value of the first series, 0 without one. */
  figure(promql: string): Promise<number>
  /** Names of the alerts that fire. */
  firing(): Promise<string[]>
  get(url: string): Promise<{ status: number; text: string }>
  sql(text: string): Promise<Record<string, unknown>[]>
  settings(): Promise<SettingList['settings']>
}

/** Opens it; the database as its superuser. */
export function openPlace(book: AddressBook, directory: LabDirectory): Place {
  const fleet = askFleetAt(book.url('processManager'))
  const first = book.ports.firstInstance
  const get = async (url: string) => {
    const answer = await fetch(url, { signal: AbortSignal.timeout(5_000) }).catch(() => undefined)
    return { status: answer?.status ?? 0, text: (await answer?.text()) ?? '' }
  }
  const prometheus = async <T>(path: string) => JSON.parse((await get(`${book.url('prometheus')}/api/v1/${path}`)).text).data as T
  return {
    fleet,
    book,
    directory,
    ports: [first, first + 1, first + 2],
    instances: async () => (await fleet<{ instances: Instance[] }>('/instances')).instances,
    async figure(promql) {
      const { result } = await prometheus<{ result: { value: [number, string] }[] }>(`query?query=${encodeURIComponent(promql)}`)
      return Number(result[0]?.value[1] ?? 0)
    },
    async firing() {
      const { alerts } = await prometheus<{ alerts: { state: string; labels: Record<string, string> }[] }>('alerts')
      return alerts.flatMap(({ state, labels }) => (state === 'firing' && labels.severity !== 'none' ? (labels.alertname ?? '') : []))
    },
    get,
    sql: (text) => query(`postgres://postgres@127.0.0.1:${book.ports.postgres}/shop?application_name=${OWN_NAME}`, text),
    settings: async () => (await fleet<SettingList>('/settings')).settings,
  }
}

/** Everything that a break could leave behind; reservations that customers made meanwhile are no part of it. */
export async function snapshot(
  place: Place,
  lastReservation?: number,
): Promise<{ lastReservation: number; facts: Record<string, unknown> }> {
  const { book, directory, fleet } = place
  const database = await readDatabase(`postgres://shop@127.0.0.1:${book.ports.postgres}/shop`, lastReservation)
  const instances = (await place.instances()).map(({ port, state, release, drained }) => ({ port, state, release, drained }))
  const { load_balancer: _, ...health } = JSON.parse((await place.get(`${book.url('loadBalancer')}/healthz`)).text)
  return {
    lastReservation: database.lastReservation,
    facts: {
      ...database.facts,
      instances,
      settings: (await place.settings()).map(({ setting, value, ports }) => [setting, value, ports]),
      faults: await fleet('/fault'),
      backends: (await fleet<{ backends: string[] }>('/backends')).backends,
      balancer: health.backends ?? health.ok,
      targets: readFileSync(directory.targetsFile, 'utf8'),
      rules: readFileSync(directory.teamRules, 'utf8'),
    },
  }
}
