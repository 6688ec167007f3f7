import { CliError } from '../cli-error.ts'
import { commandFor } from '../command-line.ts'
import type { Lab } from '../lab.ts'
import type { DemoStory, StoryStage, ToldStory } from '../stories/demo-story.ts'
import { findStory } from '../stories/stories.ts'
import { describeConnector } from '../vendors.ts'
import { type ObtainedLab, obtainLab } from './obtain-lab.ts'
import { waitFor } from './patience.ts'
import { createScreen, type Screen } from './screen.ts'
import { beginStory } from './story.ts'
import { callWitnesses, type Witnesses } from './witnesses.ts'

/** The name and the flags of `lab demo`. */
export interface DemoOptions {
  /** Which story is told. */
  story: string
  keep: boolean
  full: boolean
  running: boolean
  /** The story with an action: fault, page, proposal, approval, run, verification. */
  act: boolean
  signal: AbortSignal
}

interface Telling {
  played: DemoStory
  flags: StoryStage['flags']
  screen: Screen
  signal: AbortSignal
}

/** Brings the lab up, plays one incident, tells it, and takes the lab down. @throws CliError unless every link of the chain was there. */
export async function runDemo(lab: Lab, { story, keep, full, running, act, signal }: DemoOptions): Promise<void> {
  const played = findStory(story)
  using screen = createScreen(process.stdout)
  const say = (line: string) => screen.line(line)
  const begin = Date.now()
  let obtained: ObtainedLab | undefined
  try {
    obtained = await obtainLab(lab, {
      running,
      keep,
      kubernetes: played.needs?.kubernetes ?? false,
      hosts: played.needs?.hosts ?? false,
      settings: played.needs?.settings ?? {},
      say,
      signal,
    })
    await tell(lab, { played, flags: { full, act }, screen, signal })
    say(`\nThe demo took ${((Date.now() - begin) / 1_000).toFixed(0)} s.`)
  } finally {
    screen.wait('')
    if (obtained?.own && (!keep || signal.aborted)) say('Taking the lab down.')
    await obtained?.leave(signal.aborted)
    if (obtained?.own && !keep && !signal.aborted)
      say(`Now you:  ${commandFor(lab, 'up')}   and in a second terminal  ${commandFor(lab, 'fault errors --p-error 0.8')}`)
    if (obtained?.own && keep && !signal.aborted)
      say(`The lab stays up: agent ${lab.book.url('agent')}, phone ${lab.book.url('standIns')}.`)
  }
}

async function tell(lab: Lab, { played, flags, screen, signal }: Telling): Promise<void> {
  await using witnesses = callWitnesses(lab)
  const connectors = await waitFor('an answer of the on-call agent', 10, () => witnesses.connectors(), { signal })
  for (const facts of connectors) screen.line(`  ${describeConnector(facts)}`)
  screen.line(`  Follow it on the console: ${lab.book.url('console')}`)
  await demandNoOpenIncident(lab, witnesses)
  const story = beginStory(screen, { paced: process.stdout.isTTY === true })
  report(await played.play({ lab, witnesses, connectors, story, screen, flags, signal }), screen)
}

/** A fault of the demo would join an incident that is open already, and prove nothing. */
async function demandNoOpenIncident(lab: Lab, witnesses: Witnesses): Promise<void> {
  const open = (await witnesses.incidents()).find(({ status, service }) => service === 'inventory' && status !== 'resolved')
  if (!open) return
  throw new CliError(
    `Incident ${open.ref} of inventory is open since ${open.opened_at}; the demo's fault would join it.
End what causes it (${commandFor(lab, 'fault none')}), wait until it is resolved (${lab.book.url('agent')}/api/incidents), and start the demo again.
An incident whose alerts are gone, e.g. after a lab that was killed, is closed by the agent within about two minutes.`,
  )
}

/** @throws CliError when a link is missing. */
function report({ links, after }: ToldStory, screen: Screen): void {
  if (links.length > 0) screen.line(`\n${screen.paint('bold', 'The chain')}`)
  for (const { name, missing } of links) {
    const mark = missing === null ? screen.paint('green', 'ok     ') : screen.paint('red', 'MISSING')
    screen.line(`  ${mark}  ${name}${missing === null ? '' : `: ${missing}`}`)
  }
  for (const line of after) screen.line(line)
  const broken = links.filter(({ missing }) => missing !== null)
  if (broken.length) throw new CliError(`The demo failed: ${broken.map(({ name }) => name).join(', ')} missing.`)
}
