import { setTimeout as sleep } from 'node:timers/promises'
import { keyOf } from './one-address.ts'
import type { TrialAlert } from './rule-source.ts'
import { episodesOf, startTrialLab, type TrialLab, tellings } from './trial-lab.ts'

/**
 * What real Alertmanagers do to an agent: `pnpm --filter @oncall-lab/lab run alertmanager-trial [part...]`. The parts: `killed`, `stopped` and `frozen`
 * (each 50 times while alerts fire), `three` (three at once on 300 alerts), `repeats` (60 of each alert), `cycles` (100 alerts fire and end five
 * times), `down` (alerts end while Alertmanager is down for a while), `gone` (the same, and it never comes back). Ends with 1 when an episode is lost, doubled or stays open, or a person was told twice.
 */
const PARTS: Record<string, () => Promise<boolean>> = {
  killed: () =>
    trouble('killed', async ({ signal, start }) => {
      await signal('SIGKILL')
      await start()
    }),
  stopped: () =>
    trouble('stopped', async ({ signal, start }) => {
      await signal('SIGTERM')
      await start()
    }),
  frozen: () =>
    trouble('frozen', async ({ signal }) => {
      await signal('SIGSTOP')
      await sleep(500 + Math.random() * 1_000)
      await signal('SIGCONT')
    }),
  three,
  repeats,
  cycles,
  down,
  gone,
}
const ROUNDS = 50
const QUIET_MS = 8_000

function alertsOf(services: number, each: number, startsAt = new Date().toISOString()): TrialAlert[] {
  return Array.from({ length: services * each }, (_, n) => {
    const service = n % services
    return { alertname: `Trial${service}`, service: `s${service}`, instance: `s${service}-${Math.floor(n / services)}`, startsAt }
  })
}

/** Waits until each alert was answered with 2xx so often in all. */
async function taken({ address }: TrialLab, alerts: TrialAlert[], status: 'firing' | 'resolved', times = 1, seconds = 300): Promise<void> {
  const isTaken = ({ instance, startsAt }: TrialAlert) => (address.accepted[status].get(keyOf(instance, startsAt)) ?? 0) >= times
  for (const end = Date.now() + seconds * 1_000; !alerts.every(isTaken); await sleep(50))
    if (Date.now() > end)
      throw new Error(`${alerts.filter((alert) => !isTaken(alert)).length} alerts were not taken as ${status} ${times}×`)
}

async function standing(lab: TrialLab, alerts: TrialAlert[]) {
  for (const alert of alerts) lab.rules.fire(alert)
  await taken(lab, alerts, 'firing')
  await lab.settles(QUIET_MS)
  return { incidents: (await lab.incidents()).length, messages: lab.messages().length }
}

const timesTaken = ({ address }: TrialLab) => [...address.accepted.firing.values()].reduce((sum, count) => sum + count, 0)

/** Nothing that an Alertmanager goes through makes a new incident or a new message. */
async function trouble(part: string, disturb: (alertmanager: TrialLab['alertmanagers'][number]) => Promise<void>): Promise<boolean> {
  await using lab = await startTrialLab({})
  const alerts = alertsOf(15, 2)
  const before = await standing(lab, alerts)
  const [alertmanager] = lab.alertmanagers
  for (let round = 1; round <= ROUNDS && alertmanager; round += 1) {
    await sleep(Math.random() * 700)
    await disturb(alertmanager)
  }
  // It is well again when it tells of an end.
  const [first] = alerts
  if (first) lab.rules.resolve(first.instance)
  if (first) await taken(lab, [first], 'resolved')
  await lab.settles(QUIET_MS)
  const after = { incidents: (await lab.incidents()).length, messages: lab.messages().length }
  return report(part, { rounds: ROUNDS, alerts: alerts.length, timesTaken: timesTaken(lab), before, after }, same(before, after))
}

const same = (a: { incidents: number; messages: number }, b: { incidents: number; messages: number }) =>
  a.incidents === b.incidents && a.messages === b.messages

async function three(): Promise<boolean> {
  await using lab = await startTrialLab({ alertmanagers: 3 })
  const alerts = alertsOf(75, 4)
  for (const alert of alerts) lab.rules.fire(alert)
  await taken(lab, alerts, 'firing', 3)
  await lab.settles(QUIET_MS)
  const episodes = [...episodesOf(await lab.incidents()).values()]
  const twice = [...tellings(lab.messages())].filter(([, count]) => count > 1)
  const inTwo = episodes.filter(({ refs }) => refs.length > 1).length
  const seen = { alerts: alerts.length, timesTaken: timesTaken(lab), episodes: episodes.length, inTwo, toldTwice: twice.length }
  return report('three', seen, episodes.length === alerts.length && inTwo + twice.length === 0)
}

async function repeats(): Promise<boolean> {
  await using lab = await startTrialLab({ repeatInterval: '1s' })
  const alerts = alertsOf(15, 2)
  const before = await standing(lab, alerts)
  await taken(lab, alerts, 'firing', 61, 400)
  await lab.settles(QUIET_MS)
  const after = { incidents: (await lab.incidents()).length, messages: lab.messages().length }
  return report('repeats', { alerts: alerts.length, timesTaken: timesTaken(lab), before, after }, same(before, after))
}

async function cycles(): Promise<boolean> {
  await using lab = await startTrialLab({})
  for (let cycle = 1; cycle <= 5; cycle += 1) {
    const alerts = alertsOf(25, 4)
    for (const alert of alerts) lab.rules.fire(alert)
    await taken(lab, alerts, 'firing')
    for (const { instance } of alerts) lab.rules.resolve(instance)
    await taken(lab, alerts, 'resolved')
  }
  await lab.settles(QUIET_MS)
  const incidents = await lab.incidents()
  const episodes = [...episodesOf(incidents).values()]
  const ends = incidents.flatMap(({ timeline }) => timeline.filter(({ event }) => event.kind === 'alert_resolved')).length
  const seen = {
    episodes: episodes.length,
    closedOnce: episodes.filter(({ ended, refs }) => ended === 1 && refs.length === 1).length,
    ends,
    incidents: incidents.length,
    open: incidents.filter(({ resolved_at }) => resolved_at === null).length,
    toldTwice: [...tellings(lab.messages())].filter(([, count]) => count > 1).length,
  }
  return report('cycles', seen, seen.episodes === 500 && seen.closedOnce === 500 && ends === 500 && seen.open + seen.toldTwice === 0)
}

/** The alerts end while Alertmanager is dead, so that it never tells of it. */
async function down(): Promise<boolean> {
  await using lab = await startTrialLab({})
  const alerts = alertsOf(5, 2)
  await standing(lab, alerts)
  const [alertmanager] = lab.alertmanagers
  await alertmanager?.signal('SIGKILL')
  for (const { instance } of alerts) lab.rules.resolve(instance)
  const endedMs = Date.now()
  await sleep(10_000)
  await alertmanager?.start()
  const open = async () => (await lab.incidents()).filter(({ resolved_at }) => resolved_at === null).length
  while ((await open()) > 0 && Date.now() - endedMs < 300_000) await sleep(500)
  const seconds = Math.round((Date.now() - endedMs) / 1_000)
  return report('down', { alerts: alerts.length, downSeconds: 10, closedAfterSeconds: seconds, open: await open() }, seconds <= 120)
}

/** Alertmanager never comes back: half of the alerts of each service end, then the others. */
async function gone(): Promise<boolean> {
  await using lab = await startTrialLab({})
  const alerts = alertsOf(5, 2)
  await standing(lab, alerts)
  await lab.alertmanagers[0]?.signal('SIGKILL')
  const endAfter = async (ending: TrialAlert[], open: number) => {
    for (const { instance } of ending) lab.rules.resolve(instance)
    const endedMs = Date.now()
    const stillOpen = async () => [...episodesOf(await lab.incidents()).values()].filter(({ ended }) => ended === 0).length
    while ((await stillOpen()) > open && Date.now() - endedMs < 300_000) await sleep(500)
    return { seconds: Math.round((Date.now() - endedMs) / 1_000), open: await stillOpen() }
  }
  const half = await endAfter(alerts.slice(0, 5), 5)
  const rest = await endAfter(alerts.slice(5), 0)
  const open = (await lab.incidents()).filter(({ resolved_at }) => resolved_at === null).length
  const right = half.seconds <= 120 && half.open === 5 && rest.seconds <= 120 && rest.open + open === 0
  return report('gone', { alerts: alerts.length, halfClosedAfterSeconds: half.seconds, restClosedAfterSeconds: rest.seconds, open }, right)
}

function report(part: string, seen: object, right: boolean): boolean {
  console.log(JSON.stringify({ part, right, ...seen }))
  return right
}

const wanted = process.argv.slice(2)
let isRight = true
for (const part of wanted.length > 0 ? wanted : Object.keys(PARTS)) {
  const run = PARTS[part]
  if (!run) throw new Error(`There is no part ${part}: ${Object.keys(PARTS).join(', ')}`)
  isRight = (await run()) && isRight
}
process.exit(isRight ? 0 : 1)
