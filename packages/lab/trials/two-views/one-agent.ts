import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { IncidentList, IncidentWithTimeline } from '@oncall-lab/on-call-agent/api'
import { startProcess } from '@oncall-lab/test-kit/started-process'
import { until } from '@oncall-lab/test-kit/until'
import type { AddressBook } from '../../src/address-book.ts'
import type { FiringAlert } from './alerts.ts'

/** What an agent made of it. */
export interface Finding {
  cause: string
  confidence: number
  instances: string[]
  /** The cause in its words. */
  words: string
}

const MAIN = new URL('../../../on-call-agent/src/main.ts', import.meta.url).pathname
const DIAGNOSED_WITHIN_SECONDS = 90

/** An agent that remembers nothing and sees the lab as its variables say. */
export interface OneAgent extends AsyncDisposable {
  /** Hands it the alerts, and returns its first diagnosis. */
  diagnose(alerts: FiringAlert[]): Promise<Finding>
}

/** Starts one; it waits for its alerts. */
export async function startAgent(book: AddressBook, view: Record<string, string>): Promise<OneAgent> {
  const agent = await startProcess({
    main: MAIN,
    env: {
      HOST: '127.0.0.1',
      AGENT_PORT: '0',
      AGENT_DB: join(mkdtempSync(join(tmpdir(), 'two-views-')), 'agent.db'),
      ACTIONS_MODE: 'off',
      SHOP_DATABASE_URL: 'off',
      LB_URL: book.url('loadBalancer'),
      PM_URL: book.url('processManager'),
      PROM_URL: book.url('prometheus'),
      ALERTMANAGER_URL: book.url('alertmanager'),
      RULES_MODEL_URL: `${book.url('rulesModel')}/v1`,
      STAND_INS_URL: book.url('standIns'),
      STAND_INS_SMTP_URL: `smtp://127.0.0.1:${book.ports.mail}`,
      ...view,
    },
  })
  return { diagnose: (alerts) => diagnose(agent.url, alerts), [Symbol.asyncDispose]: () => agent[Symbol.asyncDispose]() }
}

/** Starts one for these alerts alone, and returns its diagnosis. */
export async function diagnoseWith(book: AddressBook, view: Record<string, string>, alerts: FiringAlert[]): Promise<Finding> {
  await using agent = await startAgent(book, view)
  return await agent.diagnose(alerts)
}

async function diagnose(url: string, alerts: FiringAlert[]): Promise<Finding> {
  const answer = await fetch(`${url}/alerts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(webhookOf(alerts)),
  })
  if (!answer.ok) throw new Error(`the agent answered ${answer.status}: ${await answer.text()}`)
  const diagnosis = await until('the diagnosis', () => firstDiagnosis(url), DIAGNOSED_WITHIN_SECONDS)
  return {
    cause: diagnosis.cause ?? 'none',
    confidence: diagnosis.confidence,
    instances: (diagnosis.instances ?? []).toSorted(),
    words: diagnosis.root_cause,
  }
}

async function firstDiagnosis(url: string) {
  const { incidents } = (await (await fetch(`${url}/api/incidents`)).json()) as IncidentList // The agent's documented form.
  const [newest] = incidents
  if (!newest?.diagnosis) return undefined
  return ((await (await fetch(`${url}/api/incidents/${newest.id}`)).json()) as IncidentWithTimeline).diagnosis
}

/** Alertmanager's webhook, version 4. */
function webhookOf(alerts: FiringAlert[]): object {
  const [first] = alerts
  return {
    version: '4',
    groupKey: '{}:{}',
    truncatedAlerts: 0,
    status: 'firing',
    receiver: 'two-views',
    groupLabels: {},
    commonLabels: first?.labels ?? {},
    commonAnnotations: {},
    externalURL: 'http://127.0.0.1',
    alerts: alerts.map(({ labels, annotations, activeAt }, i) => ({
      status: 'firing',
      labels,
      annotations,
      startsAt: activeAt,
      endsAt: '0001-01-01T00:00:00Z',
      generatorURL: '',
      fingerprint: `two-views-${i}`,
    })),
  }
}
