import { setTimeout as sleep } from 'node:timers/promises'
import { judge } from './judge.ts'
import { keyOf } from './one-address.ts'
import { startTrialLab } from './trial-lab.ts'

/**
 * Alerts of a real Alertmanager, half of which end, while an agent is killed with SIGKILL again and again:
 * `pnpm --filter @oncall-lab/lab run alert-kill-trial [alerts] [kills] [agents] [seconds]`. With a number of agents these share one PostgreSQL server behind one
 * address, and a random one is killed each time; else it is one agent on SQLite (0). On a slow machine no more is killed
 * after so many seconds, and the rest of the alerts comes at once. Ends with 1 when an episode is lost or in two incidents, when an
 * incident's page or end was not told, or was told twice.
 */
const ALERTS = Number(process.argv[2] ?? 250)
const KILLS = Number(process.argv[3] ?? 50)
const AGENTS = Number(process.argv[4] ?? 0)
const SECONDS = Number(process.argv[5] ?? 400)
const OF_A_SERVICE = 4
const SERVICES = Math.ceil(ALERTS / OF_A_SERVICE)
/** A message whose answer was lost is asked for during half a minute before it is sent again. */
const QUIET_MS = 50_000

const startsAt = new Date().toISOString()
const alertsOf = (service: number) =>
  Array.from({ length: Math.min(OF_A_SERVICE, ALERTS - service * OF_A_SERVICE) }, (_, i) => ({
    alertname: `Trial${service}`,
    service: `s${service}`,
    instance: `s${service}-${i}`,
    startsAt,
  }))
/** Nothing, half or all of a service's alerts end: half of all. */
const endingOf = (service: number) => alertsOf(service).slice(0, (service % 3) * (OF_A_SERVICE / 2))

const began = Date.now()
await using lab = await startTrialLab({ agents: AGENTS })
let kills = 0
const isLate = () => Date.now() - began > SECONDS * 1_000
const done = { fired: false }

async function killing(): Promise<void> {
  while ((kills < KILLS || !done.fired) && !isLate()) {
    await sleep(Math.random() * 1_300)
    await lab.agents[Math.floor(Math.random() * lab.agents.length)]?.killAndRestart()
    kills += 1
    await lab.readPhone()
    if (kills % 10 === 0) console.error(`${kills} kills, ${lab.address.accepted.firing.size} of ${ALERTS} alerts taken`)
  }
}

async function firing(): Promise<void> {
  const { rules, address } = lab
  const isTaken = ({ instance }: { instance: string }) => address.accepted.firing.has(keyOf(instance, startsAt))
  const ending: Promise<void>[] = []
  for (let service = 0; service < SERVICES; service += 1) {
    // Spread over all kills.
    while (kills < Math.floor((service / SERVICES) * KILLS) && !isLate()) await sleep(20)
    const alerts = alertsOf(service)
    for (const alert of alerts) {
      rules.fire(alert)
      await sleep(Math.random() * 100)
    }
    // Alertmanager tells of no end whose beginning it has told nobody.
    ending.push(
      (async () => {
        while (!alerts.every(isTaken)) await sleep(50)
        await sleep(Math.random() * 3_000)
        for (const { instance } of endingOf(service)) rules.resolve(instance)
      })(),
    )
  }
  await Promise.all(ending)
  const ends = Array.from({ length: SERVICES }, (_, service) => endingOf(service).length).reduce((sum, count) => sum + count, 0)
  for (const end = Date.now() + 120_000; address.accepted.resolved.size < ends && Date.now() < end; ) await sleep(100)
  done.fired = true
}

await Promise.all([killing(), firing()])
const settled = await lab.settles(QUIET_MS)
const keysOf = (alerts: (service: number) => { instance: string }[]) =>
  Array.from({ length: SERVICES }, (_, service) => alerts(service)).flatMap((all) => all.map(({ instance }) => keyOf(instance, startsAt)))
const result = judge(await lab.incidents(), lab.messages(), { fired: keysOf(alertsOf), ended: keysOf(endingOf) })
console.log(
  JSON.stringify({
    agents: AGENTS || 'one, SQLite',
    alerts: ALERTS,
    ended: lab.address.accepted.resolved.size,
    kills,
    ...lab.address.counts,
    settled,
    seconds: Math.round((Date.now() - began) / 1_000),
    ...result,
  }),
)
const { lost, open, inTwo, untold, toldTwice } = result
process.exitCode = lost + open + inTwo + untold + toldTwice > 0 ? 1 : 0
