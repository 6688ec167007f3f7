import { setTimeout as sleep } from 'node:timers/promises'
import type { TaskAnswer } from '@oncall-lab/gateway/api'
import { describeError, UpstreamError } from '@oncall-lab/service-kit/errors'
import { listenForCallback, type ReceivedCallback } from './callback-server.ts'
import { decideHealth, type Health } from './decide-health.ts'
import type { GatewayClient } from './gateway-client.ts'

/** A phase that is over. */
export interface Phase {
  number: number
  name: string
  status: 'ok' | 'failed'
  seconds: number
  /** What came of it, line by line. */
  lines: string[]
}

/** What one round found. */
export interface Round {
  at: string
  healthy: boolean
  phases: Phase[]
  answer: string | null
  bundle: ReceivedCallback | null
}

interface RoundOptions {
  gateway: GatewayClient
  /** What somebody sees; found by the health check unless given. */
  symptom?: string | undefined
  /** Goes on though all is clear. */
  force: boolean
  infra: string
  layers: readonly string[]
  /** What callbacks are signed with. */
  secret?: string | undefined
  onPhase: (phase: Phase) => void
  signal: AbortSignal
}

const CALLBACK_WITHIN_MS = 120_000
const LOOK_MS = 500

/** The health check alone, as a watcher asks for it again and again. */
export async function checkHealth(gateway: GatewayClient): Promise<Health> {
  const [connection, slots, incidents] = await Promise.all([
    gateway.tool('check_connection'),
    gateway.tool('get_connection_stats').catch(notOffered),
    gateway.openIncidents(),
  ])
  return decideHealth(connection, slots, incidents)
}

/** A database whose slots cannot be counted is judged by whether it answers. */
function notOffered(error: unknown): TaskAnswer {
  if (!(error instanceof UpstreamError) || error.upstreamStatus !== 404) throw error
  return { agent: '', task_id: '', state: 'failed', text: 'not offered', artifacts: [] }
}

/** The five phases: discovery, health check, diagnosis, bundle, callback. The first one that fails is the last. */
export async function runRound({ gateway, symptom, force, infra, layers, secret, onPhase, signal }: RoundOptions): Promise<Round> {
  const round: Round = { at: new Date().toISOString(), healthy: false, phases: [], answer: null, bundle: null }
  const phase = async <T>(name: string, work: () => Promise<{ lines: string[]; value: T }>): Promise<T | undefined> => {
    const begun = performance.now()
    const end = (status: Phase['status'], lines: string[]) => {
      const over = { number: round.phases.length + 1, name, status, seconds: (performance.now() - begun) / 1_000, lines }
      round.phases.push(over)
      onPhase(over)
    }
    try {
      signal.throwIfAborted()
      const { lines, value } = await work()
      end('ok', lines)
      return value
    } catch (error) {
      if (signal.aborted) throw error
      end('failed', [describeError(error)])
      return undefined
    }
  }

  const agents = await phase('Discovery', async () => {
    const value = await gateway.agents()
    return { value, lines: value.map(({ name, skills }) => `${name}: ${skills.length} skills`) }
  })
  if (!agents) return round
  const health = await phase('Health check', async () => {
    const value = await checkHealth(gateway)
    return {
      value,
      lines: [...value.seen, ...(value.trouble.length > 0 ? value.trouble.map((line) => `TROUBLE: ${line}`) : ['All clear.'])],
    }
  })
  if (!health) return round
  round.healthy = health.trouble.length === 0
  if (round.healthy && !force && symptom === undefined) return round

  const answer = await phase('AI diagnosis', async () => {
    const message = (symptom ?? (health.trouble.join('; ') || 'Is anything wrong? Look closely.')).slice(0, 1_000)
    const asked = symptom === undefined ? health.agent : 'postgres_database_agent'
    const { state, text } = await gateway.query(asked, message)
    if (state === 'failed') throw new Error(`${asked} has no answer: ${text}`)
    return { value: text, lines: [`asked ${asked}: ${message}`, ...text.split('\n')] }
  })
  if (answer === undefined) return round
  round.answer = answer
  await using callback = await listenForCallback(secret)
  const ordered = await phase('Incident bundle', async () => {
    const value = await order(gateway, { infra_key: infra, layers, callback_url: callback.url })
    return { value, lines: [`${value.id} is in the making${value.calls ? '' : '; the gateway calls nobody here, so it is asked'}`] }
  })
  if (!ordered) return round
  round.bundle =
    (await phase('Callback', async () => {
      const value = await (ordered.calls ? within(callback.received, signal) : poll(gateway, ordered.id, signal))
      if (value.bundle_path === null) throw new Error(`the bundle ${value.incident_id} could not be written: ${value.errors.join('; ')}`)
      return {
        value,
        lines: [
          `${value.bundle_path} with ${value.layers.join(', ')}${value.signed ? ', signed' : ''}`,
          ...value.errors.map((line) => `missing: ${line}`),
        ],
      }
    })) ?? null
  return round
}

/** A gateway on another machine does not call back to this one: then the bundle is asked for. */
async function order(gateway: GatewayClient, wish: { infra_key: string; layers: readonly string[]; callback_url: string }) {
  try {
    return { id: (await gateway.order(wish)).incident_id, calls: true }
  } catch (error) {
    if (!(error instanceof UpstreamError) || error.upstreamStatus !== 403) throw error
    const { callback_url: _refused, ...rest } = wish
    return { id: (await gateway.order(rest)).incident_id, calls: false }
  }
}

async function within(received: Promise<ReceivedCallback>, signal: AbortSignal): Promise<ReceivedCallback> {
  const ending = new AbortController()
  const late = sleep(CALLBACK_WITHIN_MS, undefined, { signal: AbortSignal.any([signal, ending.signal]) }).then(() => {
    throw new Error(`no callback came within ${CALLBACK_WITHIN_MS / 1_000} s`)
  })
  try {
    return await Promise.race([received, late])
  } finally {
    ending.abort()
    late.catch(() => {})
  }
}

async function poll(gateway: GatewayClient, id: string, signal: AbortSignal): Promise<ReceivedCallback> {
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(CALLBACK_WITHIN_MS)])
  for (;;) {
    const { status, ...bundle } = await gateway.bundle(id)
    if (status !== 'running') return { ...bundle, signed: false }
    await sleep(LOOK_MS, undefined, { signal: deadline })
  }
}
