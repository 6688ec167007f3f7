import type { Lab } from '../../src/lab.ts'
import { Administrator, type ClusterState, clusterSeeds, readCluster } from './cluster-seeds.ts'
import { documentedSeeds } from './documented-seeds.ts'
import { protocolSeeds } from './protocol-seeds.ts'
import type { Listener, Seed } from './seed.ts'
import { vendorSeeds } from './vendor-seeds.ts'

/** What is attacked, and the processes behind it. */
export interface Places {
  seeds: Seed[]
  /** Addresses of /metrics by the name of the process. */
  processes: Record<string, string>
  admin: Administrator
  cluster: ClusterState
}

const KNOWN = {
  decision: 'a trial',
  body: 'why?',
  question: 'What is known of I1?',
  incident: 'I1',
  incident_number: 'INC0010001',
  message: 'What is known of I1?',
  agent: 'k8s_agent',
  tool: 'get_pods',
  infra_key: 'inventory',
  layers: ['alerts'],
  severity: 'info',
  priority: '5 - Planning',
  status: 'resolved',
  limit: 5,
  seconds: 60,
  target: 'prometheus',
  function: 'query_prometheus',
  arguments: { query: 'up' },
  source: 'nasty-requests',
  external_id: 'one',
  title: 'A trial of bad requests',
  connection_string: 'postgresql://a:b@127.0.0.1:5432/inventory',
  callback_url: 'http://127.0.0.1:9/x',
}

const ALERTS = {
  version: '4',
  groupKey: '{}',
  truncatedAlerts: 0,
  status: 'resolved',
  receiver: 'trial',
  groupLabels: {},
  commonLabels: {},
  commonAnnotations: {},
  externalURL: 'http://127.0.0.1/',
  alerts: [
    {
      status: 'resolved',
      labels: { alertname: 'NastyRequest', service: 'trial', severity: 'info' },
      annotations: { summary: 'a trial', runbook_url: 'https://runbooks.example/a' },
      startsAt: '2026-01-01T00:00:00Z',
      endsAt: '2026-01-01T00:01:00Z',
      generatorURL: '',
      fingerprint: 'nasty',
    },
  ],
}

async function json<T>(url: string, init?: RequestInit): Promise<T> {
  const answer = await fetch(url, init)
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${await answer.text()}`)
  return (await answer.json()) as T // The caller names the documented form.
}

/** Looks at a lab with `--kubernetes --hosts` that runs, and gathers a seed for each thing that can be asked of it. */
export async function findPlaces({ book, directory }: Lab): Promise<Places> {
  const at = (name: string, port: number, process: 'agent' | 'gateway' | 'console' | 'standIns', tls = false): Listener => ({
    name,
    host: '127.0.0.1',
    port,
    metrics: book.url(process),
    ...(tls && { tls }),
  })
  const { ports } = book
  const agent = at('agent', ports.agent, 'agent')
  const gateway = at('gateway', ports.gateway, 'gateway')
  const console = at('console', ports.console, 'console')
  const standIns = at('stand-ins', ports.standIns, 'standIns')
  const kubernetes = at('kubernetes', ports.kubernetes, 'standIns', true)
  const machine = at('machine', ports.hostWeb, 'standIns')
  const admin = new Administrator(kubernetes, directory.kubernetes)
  const cluster = await readCluster(admin)
  const vendors = vendorSeeds(standIns, { sysId: 'x', issueKey: 'OPS-1' })
  const made = await Promise.all(['/servicenow/api/now/table/incident', '/jira/rest/api/3/issue'].map((path) => make(vendors, path)))
  const { result: { sys_id: sysId = '' } = {}, key: issueKey = '' } = Object.assign({}, ...made) as {
    result?: { sys_id?: string }
    key?: string
  }
  const get = (listener: Listener, path: string, streams = false): Seed => ({
    listener,
    method: 'GET',
    path,
    headers: { accept: '*/*' },
    streams,
  })
  const post = (listener: Listener, path: string, body: unknown): Seed => ({ listener, method: 'POST', path, headers: {}, body })
  const documented = await documentedSeeds(gateway, KNOWN, [])
  const ofAgent = await documentedSeeds(agent, KNOWN, ['/api/events'])
  const through = ofAgent.map((seed) => ({ ...seed, listener: console, path: `/agent${seed.path}` }))
  return {
    seeds: [
      ...documented,
      ...ofAgent,
      ...through,
      ...protocolSeeds(gateway),
      ...vendorSeeds(standIns, { sysId, issueKey }),
      ...clusterSeeds(kubernetes, admin, cluster),
      post(agent, '/alerts', ALERTS),
      post(gateway, '/webhook', ALERTS),
      ...['/', '/links.json', '/incidents/I1', '/assets/x.js', '/phone/messages', '/mail/messages'].map((path) => get(console, path)),
      ...['/prometheus/api/v1/query?query=up', '/alertmanager/api/v2/alerts?active=true', '/fleet/instances'].map((path) =>
        get(console, path),
      ),
      post(console, '/fleet/fault', { mode: 'none' }),
      get(machine, '/'),
    ],
    processes: { agent: agent.metrics, gateway: gateway.metrics, console: console.metrics, 'stand-ins': standIns.metrics },
    admin,
    cluster,
  }
}

/** Sends a seed that creates something, and returns what came of it. */
async function make(seeds: readonly Seed[], path: string): Promise<object> {
  const seed = seeds.find((each) => each.method === 'POST' && each.path.startsWith(path))
  if (!seed) throw new Error(`no seed posts to ${path}`)
  const { host, port } = seed.listener
  const headers = { ...seed.headers, 'content-type': 'application/json' }
  return json(`http://${host}:${port}${path}`, { method: 'POST', headers, body: JSON.stringify(seed.body) })
}
