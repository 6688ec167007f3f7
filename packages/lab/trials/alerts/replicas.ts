import { setTimeout as sleep } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import { judge } from './judge.ts'
import { keyOf } from './one-address.ts'
import { startTrialLab } from './trial-lab.ts'

/**
 * Three agents on one PostgreSQL behind the lab's balancer and three Alertmanagers that know each other, as docker-compose.replicas.yaml has them, while a
 * random one of the six is killed with SIGKILL and started again: `pnpm --filter @oncall-lab/lab run replicas-trial [kills]`. Alerts fire all along, half of
 * them end. Ends with 1 when an alert is lost or in two incidents, a page or an end was not told or told twice, or two agents show an incident differently.
 */
const KILLS = Number(process.argv[2] ?? 30)
const SERVICES = 20
const OF_A_SERVICE = 3
/** A message whose answer was lost is asked for during half a minute before it is sent again. */
const QUIET_MS = 45_000

const startsAt = new Date().toISOString()
const alerts = Array.from({ length: SERVICES * OF_A_SERVICE }, (_, n) => {
  const service = Math.floor(n / OF_A_SERVICE)
  return { alertname: `Trial${service}`, service: `s${service}`, instance: `s${service}-${n % OF_A_SERVICE}`, startsAt }
})
/** All of every second service: its incident ends, the others stay. */
const ending = alerts.filter(({ service }) => Number(service.slice(1)) % 2 === 0)

const began = Date.now()
await using lab = await startTrialLab({ agents: 3, alertmanagers: 3, replicas: true })
const { accepted } = lab.address
const emptyBytes = await lab.databaseBytes()
const restarts = [
  ...lab.agents.map(({ killAndRestart }) => ({ what: 'agents', run: killAndRestart })),
  ...lab.alertmanagers.map(({ signal, start }) => ({
    what: 'alertmanagers',
    run: async () => {
      await signal('SIGKILL')
      await start()
    },
  })),
]
const kills = { agents: 0, alertmanagers: 0 }
const killed = () => kills.agents + kills.alertmanagers

async function killing(): Promise<void> {
  while (killed() < KILLS) {
    const { what, run } = restarts[Math.floor(Math.random() * restarts.length)] ?? {}
    await run?.()
    kills[what === 'agents' ? 'agents' : 'alertmanagers'] += 1
    await lab.readPhone()
    if (killed() % 10 === 0) console.error(`${killed()} kills, ${accepted.firing.size} of ${alerts.length} alerts taken`)
    await sleep(Math.random() * 1_500)
  }
}

/** Each alert fires at its share of the kills; those that end do so once each of their service was taken, at a random moment. */
async function firing(): Promise<void> {
  const ends = alerts.map(async (alert, n) => {
    // All of a service at once, so that none of them comes after the page.
    while (killed() < Math.floor((Math.floor(n / OF_A_SERVICE) / SERVICES) * KILLS * 0.9)) await sleep(20)
    lab.rules.fire(alert)
    while (!accepted.firing.has(keyOf(alert.instance, startsAt))) await sleep(50)
    if (!ending.includes(alert)) return
    await sleep(Math.random() * 4_000)
    lab.rules.resolve(alert.instance)
  })
  await Promise.all(ends)
  for (const end = Date.now() + 120_000; accepted.resolved.size < ending.length && Date.now() < end; ) await sleep(100)
}

await Promise.all([killing(), firing()])
const settled = await lab.settles(QUIET_MS)
const incidents = await lab.incidents()
const keys = (of: typeof alerts) => of.map(({ instance }) => keyOf(instance, startsAt))
const result = judge(incidents, lab.messages(), { fired: keys(alerts), ended: keys(ending) })
const shown = await Promise.all(incidents.map(({ ref }) => lab.fromEach(`/api/incidents/${ref}`)))
const shownDifferently = shown.filter(([first, ...others]) => others.some((other) => !isDeepStrictEqual(first, other))).length
const seconds = Math.round((Date.now() - began) / 1_000)
const databaseKbPerIncident = Math.round(((await lab.databaseBytes()) - emptyBytes) / 1_024 / incidents.length)
console.log(
  JSON.stringify({
    alerts: alerts.length,
    ended: accepted.resolved.size,
    kills,
    ...lab.address.counts,
    settled,
    seconds,
    ...result,
    shownDifferently,
    databaseKbPerIncident,
  }),
)
const { lost, open, inTwo, untold, toldTwice } = result
process.exitCode = settled && lost + open + inTwo + untold + toldTwice + shownDifferently === 0 ? 0 : 1
