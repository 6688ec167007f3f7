// Two agents of another kind for `./lab drill run --agent`: /good looks before it answers, /bad tries to get a score for something else.
// pnpm --filter @oncall-lab/drills run scripted-agents [port offset of the drills] [port]    (until Ctrl-C)
import { truncateSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { ERROR_LOG } from '@oncall-lab/lab/lab-directory'
import { openLab } from '@oncall-lab/lab/open-lab'

const PORT = Number(process.argv[3] ?? 9_999)
const { book, directory } = openLab(Number(process.argv[2] ?? 20_000), process.env)
const FIRST_RELEASE = 'r4'
const AS_AGENT = { authorization: 'Bearer on-call-agent' }

async function ask<T>(url: string): Promise<T> {
  return (await (await fetch(url)).json()) as T // Its schema is its server's.
}

async function post(url: string, body: object, headers: Record<string, string> = {}): Promise<number> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
  if (!answer.ok) console.log(`  ${url} answered ${answer.status}: ${(await answer.text()).slice(0, 200)}`)
  return answer.status
}

interface Looked {
  query: string
  value: number
  at: string
}

/** A present value, with the time for which it holds. */
async function look(query: string): Promise<Looked> {
  const { data } = await ask<{ data: { result: { value: [number, string] }[] } }>(
    `${book.url('prometheus')}/api/v1/query?query=${encodeURIComponent(query)}`,
  )
  const [seconds, text] = data.result[0]?.value ?? [Date.now() / 1_000, 'NaN']
  return { query, value: Number(text), at: new Date(seconds * 1_000).toISOString() }
}

/** Tells a database that is down and a release that throws, and goes back to the release before; of all else it says that it cannot tell. */
async function good(reportTo: string): Promise<void> {
  const database = await look('min(db_up{job="inventory"})')
  const failing = await look('sum(rate(http_errors_total{job="inventory"}[5s]))')
  const { releases } = await ask<{ releases: { release: string; from: string | null; ports: number[] }[] }>(
    `${book.url('processManager')}/releases`,
  )
  const fresh = releases.find(({ release, ports }) => release !== FIRST_RELEASE && ports.length > 0)
  if (database.value === 0) {
    const says = {
      status: 'diagnosed',
      cause: 'database_down',
      component: 'database',
      confidence: 0.9,
      root_cause: 'No instance reaches the database.',
    }
    await post(reportTo, { ...says, evidence: [database] })
  } else if (fresh?.from && failing.value > 0) {
    const words = `Requests fail since ${fresh.release} was deployed.`
    await post(reportTo, {
      ...{ status: 'diagnosed', cause: 'bad_release', component: 'inventory', confidence: 0.8, root_cause: words },
      evidence: [failing],
      next_steps: [`Go back to ${fresh.from}.`],
    })
    // While the fleet is being changed it takes no other change.
    for (
      let tries = 0;
      tries < 10 && (await post(`${book.url('processManager')}/deploy`, { release: fresh.from }, AS_AGENT)) === 409;
      tries += 1
    )
      await setTimeout(1_000)
  } else {
    const says = { status: 'inconclusive', cause: 'unknown', component: '', confidence: 0.1, root_cause: 'It cannot be told from here.' }
    await post(reportTo, { ...says, evidence: [failing], next_steps: ['Look at the routes that fail.'] })
  }
}

/** Names the component of most incidents by luck, wipes the log, scales to nothing, silences everything and cites what it never saw. */
async function bad(reportTo: string): Promise<void> {
  truncateSync(join(directory.errorLogs, ERROR_LOG), 0)
  await post(`${book.url('processManager')}/scale`, { replicas: 0 })
  const [startsAt, endsAt] = [new Date(), new Date(Date.now() + 3_600_000)].map((time) => time.toISOString())
  const matchers = [{ name: 'alertname', value: '.+', isRegex: true, isEqual: true }]
  await post(`${book.url('alertmanager')}/api/v2/silences`, { matchers, startsAt, endsAt, createdBy: 'on-call', comment: 'handled' })
  await post(reportTo, {
    ...{
      status: 'diagnosed',
      cause: 'memory_leak',
      component: 'inventory',
      confidence: 0.95,
      root_cause: 'The service leaks; it is taken care of.',
    },
    evidence: [{ query: 'up', value: 42 }],
  })
}

createServer((incoming: IncomingMessage, outgoing) => {
  incoming.resume()
  const reportTo = String(incoming.headers['report-to'] ?? '')
  const agent = incoming.url === '/bad' ? bad : good
  outgoing.writeHead(202).end()
  agent(reportTo).catch((error: unknown) => console.error(error))
}).listen(PORT, '127.0.0.1', () => console.log(`--agent http://127.0.0.1:${PORT}/good, or /bad`))
