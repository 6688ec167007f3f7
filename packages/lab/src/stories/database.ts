import { setTimeout as delay } from 'node:timers/promises'
import { query } from '@oncall-lab/postgres-server/query'
import { superuserUrl } from '@oncall-lab/postgres-server/server'
import { describeError } from '@oncall-lab/service-kit/errors'
import { agentToken } from '../agent-access.ts'
import { bundlePage } from '../bundle-page.ts'
import { CliError } from '../cli-error.ts'
import { composeDatabase } from '../database.ts'
import { codeIn } from '../demo/act.ts'
import type { Link } from '../demo/chain.ts'
import { type Customers, startCustomers } from '../demo/customers.ts'
import { eventsOf } from '../demo/evidence.ts'
import { type Observation, observe } from '../demo/observe.ts'
import { DidNotCome, waitFor } from '../demo/patience.ts'
import { endFaults, giveFault } from '../fault.ts'
import type { Lab } from '../lab.ts'
import { callGateway, type GatewayClient } from '../srebot/gateway-client.ts'
import { type Phase, type Round, runRound } from '../srebot/phases.ts'
import { isReal } from '../vendors.ts'
import type { DemoStory, StoryStage } from './demo-story.ts'

const RPS = 10
const FAULT_SECONDS = 300
const CUTS = 4
const CUT_EVERY_MS = 300
const LAYERS = ['database', 'os', 'storage']
const PHASES = ['Discovery', 'Health check', 'AI diagnosis', 'Incident bundle', 'Callback']

/** Everything that the story saw, each from the system that knows it. */
interface Found {
  /** What the agent said of the database while all was well. */
  healthy?: string
  /** What the server said to an ordinary client. */
  refusal?: string
  /** Who holds the slots, as the server counts them. */
  holder?: string
  /** What the agent said of that refusal, as a person pastes it. */
  told?: string
  round?: Round
  /** The bundle as a page. */
  page?: string
  /** Free slots at the end. */
  free?: number
}

/** An outside client takes the slots of the shop's PostgreSQL: srebot goes through its phases, the agent names who holds them, is allowed to end a session, and checks that it helped. */
export const database: DemoStory = {
  name: 'database',
  about: 'an outside client takes the slots of PostgreSQL; srebot, diagnosis, repair, bundle',
  async play(stage) {
    const { lab, connectors, witnesses, story, screen, signal } = stage
    if (isReal('whatsapp', connectors))
      throw new CliError('demo database reads the code on the phone of the stand-in; unset the variables of Twilio.')
    if (lab.env.DATABASE_URL) throw new CliError('demo database fills the slots of the lab’s own PostgreSQL; unset DATABASE_URL.')
    const known = new Set((await witnesses.incidents()).map(({ id }) => id))
    const ending = new AbortController()
    const agent = { url: lab.book.url('agent'), token: agentToken(lab.env) }
    const { seen, ended } = observe({ agent, witnesses, story, known, signal: AbortSignal.any([signal, ending.signal]) })
    await using gateway = callGateway(lab.book.url('gateway'), lab.env.GATEWAY_TOKEN)
    const found: Found = {}
    const course: Course = { seen, found, brokenAt: 0 }
    try {
      await playActs(stage, gateway, course)
    } catch (error) {
      if (!(error instanceof DidNotCome)) throw error
      story.tell({ who: 'MISSING', what: error.message })
    } finally {
      story.wait('')
      await story.told()
      ending.abort()
      await Promise.all([ended, course.customers?.stop(), endFaults(lab, { mode: 'none' }, undefined)])
    }
    return {
      links: checkLinks(found, seen),
      after: [`\n${screen.paint('bold', 'The clock, since the fault')}`, ...clock(seen, course.brokenAt)],
    }
  },
}

interface Course {
  seen: Observation
  found: Found
  customers?: Customers
  brokenAt: number
}

async function playActs({ lab, witnesses, story, signal }: StoryStage, gateway: GatewayClient, course: Course): Promise<void> {
  const wait = <T>(what: string, seconds: number, ask: () => T | null | Promise<T | null>) => waitFor(what, seconds, ask, { signal })
  const event =
    <K extends 'diagnosis' | 'action_proposed' | 'action_started' | 'action_verified'>(kind: K) =>
    () =>
      eventsOf(seen.timeline, kind)[0] ?? null
  const { seen, found } = course
  await story.act('All is well: another program asks about the database')
  found.healthy = (await gateway.query('database', 'Is the database healthy?')).text
  story.tell({ who: 'gateway', what: 'POST /api/v1/query on a healthy database', detail: found.healthy.split('\n').slice(0, 6) })

  await story.act('Fault: an outside client takes every slot that is not reserved')
  course.brokenAt = Date.now()
  await giveFault(lab, { mode: 'max_connections', ttl_seconds: FAULT_SECONDS }, undefined)
  seen.faulty = true
  const { url } = composeDatabase(lab)
  await cutConnections(lab)
  story.tell({ who: 'network', what: 'drops the shop’s idle connections; the outside client is faster than the shop' })
  course.customers = startCustomers(lab, { profile: 'constant', rps: RPS, duration: FAULT_SECONDS, 'report-every': 1 })
  found.refusal = await wait('a refusal of the server', 10, () => query(url, 'SELECT 1').then(() => null, describeError))
  story.tell({ who: 'database', what: `an ordinary client is told: ${found.refusal}` })
  found.holder = await wait('the count of the slots', 10, async () => holderIn((await gateway.tool('get_connection_stats')).text))
  const pasted = `psql: error: connection to server at "127.0.0.1" failed: FATAL:  ${found.refusal}`
  found.told = (await gateway.query('database', pasted.slice(0, 1_000))).text
  story.tell({ who: 'gateway', what: `POST /api/v1/query with what psql says`, detail: found.told.split('\n').slice(0, 8) })

  await story.act('srebot, which knows nothing but the gateway')
  const onPhase = ({ number, name, status, seconds, lines }: Phase) =>
    story.tell({ who: 'srebot', what: `[${number}/5] ${name} ${status} (${seconds.toFixed(1)} s)`, detail: lines.slice(0, 8) })
  const { round, page } = await watchWith(gateway, found.refusal, onPhase, signal)
  found.round = round
  if (page) found.page = page

  await story.act('The alert, the diagnosis, the repair')
  await wait('the diagnosis', 90, event('diagnosis'))
  await wait('the proposal', 60, event('action_proposed'))
  const code = await wait('its code on the phone', 30, async () => codeIn(await witnesses.messages()))
  await story.act('The person on call allows it')
  await witnesses.writeOnPhone(`approve ${code}`)
  await wait('the start of the action', 30, event('action_started'))
  await wait('its verification', 120, event('action_verified'))
  found.free = await wait('the slots at the end', 10, async () => freeIn((await gateway.tool('get_connection_stats')).text))
}

/** A shop that keeps its connections would notice only when they are renewed, a minute later. While nobody buys, the outside client takes them. */
async function cutConnections({ book }: Lab): Promise<void> {
  for (let i = 0; i < CUTS; i += 1) {
    await query(
      superuserUrl(book.ports.postgres),
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'inventory'",
    )
    await delay(CUT_EVERY_MS)
  }
}

async function watchWith(gateway: GatewayClient, symptom: string, onPhase: (phase: Phase) => void, signal: AbortSignal) {
  const round = await runRound({ gateway, symptom, force: true, infra: 'shop', layers: LAYERS, onPhase, signal })
  if (!round.bundle?.bundle_path) return { round }
  return { round, page: bundlePage(await gateway.archive(round.bundle.bundle_path)).join('\n') }
}

/** Who has the most sessions, by the data below the sentence: its first member is the greatest. */
const holderIn = (text: string): string | null => /"by_client": \[\s*\{[^}]*?"application": "([^"]+)"/.exec(text)?.[1] ?? null
const freeIn = (text: string): number | null => {
  const [, free] = /"free": (\d+)/.exec(text) ?? []
  return free === undefined ? null : Number(free)
}

/** Judges every link by what was seen, in the order in which they happen. */
function checkLinks({ healthy, refusal, holder, told, round, page, free }: Found, { timeline }: Observation): Link[] {
  const names = (text: string | undefined | null) => holder !== undefined && (text ?? '').includes(holder)
  const [diagnosis] = eventsOf(timeline, 'diagnosis')
  const [proposed] = eventsOf(timeline, 'action_proposed')
  const [verified] = eventsOf(timeline, 'action_verified')
  const link = (name: string, isThere: boolean, missing: string): Link => ({ name, missing: isThere ? null : missing })
  const phase = (name: string, i: number) => {
    const over = round?.phases[i]
    return link(`srebot ${i + 1}`, over?.name === name && over.status === 'ok', `${name}: ${over?.lines[0] ?? 'it was not reached'}`)
  }
  return [
    link('healthy', healthy !== undefined && !TROUBLE.test(healthy), `of the healthy database the agent said: ${healthy ?? 'nothing'}`),
    link('refusal', /too many clients|slots are reserved/.test(refusal ?? ''), `the server said ${refusal ?? 'nothing'}`),
    link('told', names(told), `the answer to the refusal does not name ${holder ?? 'the holder, who is not known'}: ${told ?? 'nothing'}`),
    ...PHASES.map(phase),
    link('answer', names(round?.answer), `srebot's answer does not name ${holder ?? 'the holder, who is not known'}`),
    link(
      'bundle',
      LAYERS.every((layer) => round?.bundle?.layers.includes(layer)) && names(page),
      'the bundle lacks a layer, or does not name the holder',
    ),
    link(
      'diagnosis',
      names(diagnosis?.diagnosis.root_cause) || names(diagnosis?.diagnosis.evidence.map(({ quote }) => quote).join(' ')),
      `the incident's diagnosis does not name ${holder}`,
    ),
    link('proposal', proposed?.action === 'terminate_session', `the agent proposed ${proposed?.action ?? 'nothing'}`),
    link('approval', eventsOf(timeline, 'action_approved').length > 0, 'nobody allowed it'),
    link('repair', eventsOf(timeline, 'action_ran').length === 1, `it ran ${eventsOf(timeline, 'action_ran').length} times`),
    link('verification', verified?.outcome === 'verified', `it ended as ${verified?.outcome ?? 'nothing'}`),
    link('slots', (free ?? 0) > 0, `${free ?? 'no'} slots are free`),
  ]
}

/** What no answer about a database holds that lets everybody in. */
const TROUBLE = /too many clients|refuses|no slot is free|0 slots are free/i

const MOMENTS = ['diagnosis', 'action_proposed', 'action_approved', 'action_ran', 'action_verified'] as const

function clock({ timeline }: Observation, brokenMs: number): string[] {
  return MOMENTS.map((kind) => {
    const [first] = eventsOf(timeline, kind)
    return `  ${kind.padEnd(18)} ${first ? `${((Date.parse(first.at) - brokenMs) / 1_000).toFixed(1)} s` : 'MISSING'}`
  })
}
