import { AGENT_TOKEN, FLEET_FAULTS } from '@oncall-lab/process-manager/api'
import type { Place } from './place.ts'

/** Words that tell whoever reads them that what he sees was made. */
const TELLING = /\b(?:faults?|drills?|inject\w*|chaos|simulat\w*|sabotag\w*|on purpose|trials?|experiment\w*|broken by)\b/gi
/** Names of faults that are no everyday words. */
const MODES = FLEET_FAULTS.map(({ mode }) => mode).filter((mode) => mode.includes('_'))
/** What the process manager shows the agent. */
const FLEET = ['/instances', '/events', '/backends', '/releases', '/settings', '/parts', '/healthz', '/metrics']
const SESSIONS = 'SELECT application_name, usename, state, query, client_addr::text FROM pg_stat_activity WHERE pid <> pg_backend_pid()'

/** Everything that the agent can read of a running lab, by where it stands. Commits and code are those of the releases, which a test of theirs searches. */
export async function readAll(place: Place): Promise<Map<string, string>> {
  const { book, get, sql } = place
  const [fleet, balancer, prometheus] = (['processManager', 'loadBalancer', 'prometheus'] as const).map((part) => book.url(part))
  const asAgent = async (path: string) =>
    (await fetch(`${fleet}${path}`, { headers: { authorization: `Bearer ${AGENT_TOKEN}` } })).text().catch(() => '')
  const running = (await place.instances()).map(({ port }) => `http://127.0.0.1:${port}`)
  const urls = [
    ...['/metrics', '/healthz', '/logs/tail?seconds=300&limit=500'].map((path) => `${balancer}${path}`),
    ...['rules', 'alerts', 'targets'].map((path) => `${prometheus}/api/v1/${path}`),
    ...running.flatMap((url) => ['/metrics', '/healthz', '/items/1'].map((path) => `${url}${path}`)),
  ]
  const texts = [
    ...FLEET.map(async (path) => [`process manager ${path}`, await asAgent(path)] as const),
    ...urls.map(async (url) => [url, (await get(url)).text] as const),
    (async () => ['sessions of the database', JSON.stringify(await sql(SESSIONS).catch(() => []))] as const)(),
    (async () => ['roles of the database', JSON.stringify(await sql('SELECT rolname FROM pg_roles').catch(() => []))] as const)(),
  ]
  return new Map(await Promise.all(texts))
}

/** What tells it, with where it stands; words that were there before count as everyday ones. */
export function tellingWords(before: Map<string, string>, after: Map<string, string>): string[] {
  const wordsIn = (text = '') =>
    [...(text.match(TELLING) ?? []), ...MODES.filter((mode) => text.includes(mode))].map((word) => word.toLowerCase())
  return [...after].flatMap(([place, text]) => {
    const usual = wordsIn(before.get(place))
    return [...new Set(wordsIn(text))].filter((word) => !usual.includes(word)).map((word) => `${word} in ${place}`)
  })
}
