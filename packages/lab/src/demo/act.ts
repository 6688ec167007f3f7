import { agentToken } from '../agent-access.ts'
import { CliError } from '../cli-error.ts'
import { endFaults, giveFault } from '../fault.ts'
import type { Lab } from '../lab.ts'
import { startCustomers } from './customers.ts'
import { eventsOf } from './evidence.ts'
import { type Observation, observe } from './observe.ts'
import { DidNotCome, waitFor } from './patience.ts'
import type { Screen } from './screen.ts'
import type { Story } from './story.ts'
import type { Witnesses } from './witnesses.ts'

interface Stage {
  lab: Lab
  witnesses: Witnesses
  story: Story
  screen: Screen
  signal: AbortSignal
}

const RPS = 30
const NORMAL_SECONDS = 12
const FAULT_SECONDS = 600

/** The moments of the story with an action, in order; the clock counts from the fault. */
const MOMENTS = ['action_proposed', 'action_approved', 'action_started', 'action_ran', 'action_verified', 'incident_resolved'] as const

/**
 * One instance loses its connections; the agent is paged, proposes the least action, is allowed to on the phone, carries it out, and the figures are watched
 * until the incident is closed. @throws CliError when a moment is missing or the action did not help.
 */
export async function playAct(stage: Stage): Promise<void> {
  const { lab, witnesses, story, signal } = stage
  const known = new Set((await witnesses.incidents()).map(({ id }) => id))
  const ending = new AbortController()
  const watch = AbortSignal.any([signal, ending.signal])
  const agent = { url: lab.book.url('agent'), token: agentToken(lab.env) }
  const { seen, ended } = observe({ agent, witnesses, story, known, signal: watch })
  const customers = startCustomers(lab, { profile: 'constant', rps: RPS, duration: FAULT_SECONDS, 'report-every': 1 })
  let brokenAt = ''
  try {
    await story.act(`Customers: ${NORMAL_SECONDS} s of normal traffic`)
    const begin = Date.now()
    await waitFor('normal traffic', NORMAL_SECONDS + 5, () => (Date.now() - begin > NORMAL_SECONDS * 1_000 ? true : null), { signal })
    const port = lab.book.ports.firstInstance + 1
    brokenAt = new Date().toISOString()
    await giveFault(lab, { mode: 'errors', p_error: 1, ports: [port], ttl_seconds: FAULT_SECONDS }, undefined)
    seen.faulty = true
    await story.act('Fault: one instance loses its connections to the database')
    await allow(stage, seen)
  } catch (error) {
    if (!(error instanceof DidNotCome)) throw error
    story.tell({ who: 'MISSING', what: error.message })
  } finally {
    story.wait('')
    await story.told()
    ending.abort()
    await Promise.all([ended, customers.stop(), endFaults(lab, { mode: 'none' }, undefined)])
  }
  report(stage, seen.timeline, brokenAt)
}

async function allow({ witnesses, story, signal }: Stage, seen: Observation): Promise<void> {
  const wait = <T>(what: string, seconds: number, ask: () => T | null | Promise<T | null>) => waitFor(what, seconds, ask, { signal })
  const event = (kind: (typeof MOMENTS)[number]) => () => eventsOf(seen.timeline, kind)[0] ?? null
  await wait('the proposal', 180, event('action_proposed'))
  const code = await wait('its code on the phone', 30, async () => codeIn(await witnesses.messages()))
  await story.act('The person on call allows it')
  await witnesses.writeOnPhone(`approve ${code}`)
  await wait('the start of the action', 60, event('action_started'))
  await wait('its verification', 240, event('action_verified'))
  await wait('the end of the incident', 240, event('incident_resolved'))
}

/** The code of the newest proposal, as the phone has it. */
export function codeIn(messages: { body: string }[]): string | null {
  return messages.flatMap(({ body }) => /approve\*? (\d{4})/.exec(body)?.[1] ?? []).at(-1) ?? null
}

function report({ screen }: Stage, timeline: Observation['timeline'], brokenAt: string): void {
  screen.line(`\n${screen.paint('bold', 'The clock, since the fault')}`)
  const missing = MOMENTS.filter((kind) => {
    const [first] = eventsOf(timeline, kind)
    const seconds = first && (Date.parse(first.at) - Date.parse(brokenAt)) / 1_000
    screen.line(`  ${kind.padEnd(18)} ${seconds === undefined ? screen.paint('red', 'MISSING') : `${seconds.toFixed(1)} s`}`)
    return !first
  })
  const [verified] = eventsOf(timeline, 'action_verified')
  if (verified) screen.line(`  ${verified.action}: ${verified.outcome}. ${verified.message}`)
  if (missing.length > 0) throw new CliError(`The demo failed: ${missing.join(', ')} missing.`)
  if (verified?.outcome !== 'verified') throw new CliError(`The demo failed: the action ended as ${verified?.outcome ?? 'nothing'}.`)
}
