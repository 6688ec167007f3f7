// Mode auto on a running lab that was started with ACTIONS_MODE=auto: what is medium, grounded and sure runs by itself; what is high asks; one that makes it worse is undone and switches auto off for
// the service; one that a person allows and that helps switches it on again. Prints what was seen and ends with 1 when something else came.
// pnpm --filter @oncall-lab/lab run auto-trial <port offset> [round…]      (rounds by their number, from 1 to 6; the second, third and fourth belong together)
// Round 7, only where it is asked for, on a lab in the mode approve, in which a program may propose: what is proposed when the trouble has ended by itself is refused.
import { fileURLToPath } from 'node:url'
import type { Action } from '@oncall-lab/on-call-agent/api'
import { createAddressBook } from '../src/address-book.ts'
import { callAgent } from '../src/agent-access.ts'
import { callWitnesses } from '../src/demo/witnesses.ts'
import { locateLabDirectory } from '../src/lab-directory.ts'
import { askFleetAt, restore, until } from './actions/fleet.ts'
import { codeIn, isQuiet } from './actions/run-case.ts'
import { proposeTooLate } from './actions/too-late.ts'
import { give, type Step, takeBack } from './breaks/steps.ts'

/** One round: what breaks, and what must come of it. */
interface Round {
  what: string
  steps: readonly Step[]
  /** Breaks as soon as the action has started, so that it is the wrong one. */
  meanwhile?: (ports: readonly number[]) => Promise<unknown>
  approve?: boolean
  wanted: Partial<Pick<Action, 'status' | 'permission' | 'level' | 'undo'>>
}

const book = createAddressBook(Number(process.argv[2] ?? 0))
const directory = locateLabDirectory(fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/, ''), book.offset)
const lab = { book, directory, env: process.env, programs: { searchPath: [], cache: '', isRoot: false } }
await using witnesses = callWitnesses(lab)
await using agent = callAgent(lab, 5_000)
const fleet = askFleetAt(book.url('processManager'))
const first = book.ports.firstInstance
const place = { fleet, directory, ports: [first, first + 1, first + 2] as const }
const failing: Step = { fault: 'errors', on: 1, fields: { p_error: 1 } }
const FINAL = ['verified', 'no_effect', 'worse', 'coincidence', 'failed', 'unknown', 'void', 'denied']

const ROUNDS: readonly Round[] = [
  { what: 'one instance loses its connections', steps: [failing], wanted: { status: 'verified', permission: 'auto', level: 'medium' } },
  {
    what: 'one instance loses its connections, and all others as soon as it is acted upon',
    steps: [failing],
    meanwhile: ([one, , three]) => fleet('/fault', { mode: 'errors', p_error: 1, ports: [one, three], ttl_seconds: 300 }),
    wanted: { status: 'worse', permission: 'auto', level: 'medium', undo: 'done' },
  },
  {
    what: 'the same again: a person is asked now, and allows it',
    steps: [failing],
    approve: true,
    wanted: { status: 'verified', permission: 'auto_switched_off', level: 'medium' },
  },
  { what: 'once more: auto is on again', steps: [failing], wanted: { status: 'verified', permission: 'auto', level: 'medium' } },
  {
    what: 'one instance is slow, and why is not certain: a person is asked',
    steps: [{ fault: 'latency', on: 1, fields: { latency_ms: 1_500 } }],
    approve: true,
    wanted: { status: 'verified', permission: 'not_grounded', level: 'medium' },
  },
  {
    what: 'release r6 throws: going back is high',
    steps: [{ deploy: 'r6' }],
    approve: true,
    wanted: { status: 'verified', permission: 'level_high', level: 'high' },
  },
]

const isChosen = (_: unknown, i: number) => process.argv.length <= 3 || process.argv.slice(3).includes(String(i + 1))
const actions = async () => (await agent.get<{ actions: Action[] }>('/api/actions?limit=200')).actions
console.log(
  '| what really happens | action | level | why it was allowed, or somebody asked | end | undone | s | |\n|---|---|---|---|---|---|---|---|',
)
let missed = 0
const customers = () => fleet('/traffic', { profile: 'constant', duration_seconds: 600, rps: 30 })
for (const { what, steps, meanwhile, approve, wanted } of ROUNDS.filter(isChosen)) {
  await customers()
  await until('quiet', 200, async () => ((await isQuiet(witnesses)) ? true : undefined))
  const known = new Set((await actions()).map(({ id }) => id))
  const before = (await witnesses.messages()).length
  const brokenAt = Date.now()
  const own = async (statuses?: readonly string[]) =>
    (await actions()).find(({ id, status }) => !known.has(id) && (!statuses || statuses.includes(status)))
  let end: Action | undefined
  try {
    for (const step of steps) await give(place, step)
    await until('an action', 180, () => own())
    if (approve) {
      const code = await until('its code on the phone', 30, async () => codeIn((await witnesses.messages()).slice(before)))
      await witnesses.writeOnPhone(`approve ${code}`)
    }
    await until('its start', 60, () => own(['started', ...FINAL]))
    await meanwhile?.(place.ports)
    end = await until('its end', 200, () => own(FINAL))
  } catch (error) {
    console.error(String(error))
    end = await own()
  }
  const isAsWanted = Object.entries(wanted).every(([name, value]) => end?.[name as keyof Action] === value)
  if (!isAsWanted) missed += 1
  const { action = '–', level = '–', permission = '–', status = '–', undo = null } = end ?? {}
  const seconds = Math.round((Date.now() - brokenAt) / 1_000)
  console.log(
    `| ${what} | ${action} | ${level} | ${permission} | ${status} | ${undo ?? '–'} | ${seconds} | ${isAsWanted ? 'as wanted' : '**missed**'} |`,
  )
  await restore(fleet, async () => {
    for (const step of steps.toReversed()) await takeBack(place, step)
  })
}
if (process.argv.slice(3).includes(String(ROUNDS.length + 1))) {
  await customers()
  await until('quiet', 200, async () => ((await isQuiet(witnesses)) ? true : undefined))
  // All alike: then nothing runs by itself before.
  const everywhere: Step = { fault: 'errors', fields: { p_error: 1 } }
  const { reason, message } = await proposeTooLate(place, { agent, witnesses }, everywhere)
  if (reason !== 'trouble_over') missed += 1
  console.log(
    `| the trouble ends by itself, then a restart is proposed | restart_instance | medium | refused: ${reason} ("${message}") | – | – | – | ${reason === 'trouble_over' ? 'as wanted' : '**missed**'} |`,
  )
  await restore(fleet, () => takeBack(place, everywhere))
}
await fleet('/traffic', { profile: 'none' })
process.exitCode = missed > 0 ? 1 : 0
