import type { ConnectorFacts } from '@oncall-lab/on-call-agent/api'
import { useMutation } from '@tanstack/react-query'
import { Link } from 'wouter'
import { Failure } from '../components/Failure.tsx'
import { Badge, type Tone } from '../components/State.tsx'
import { useCapabilities } from '../data/capabilities.ts'
import { postJson } from '../data/json.ts'

const FAMILIES = [
  ['model', 'Model', 'which concludes'],
  ['targets', 'Targets', 'what the agent can look at'],
  ['triggers', 'Triggers', 'what opens an incident'],
  ['channels', 'Channels', 'how people are reached'],
  ['trackers', 'Trackers', 'where tickets are filed'],
] as const

/** A connection, whatever its family. */
interface Connection extends ConnectorFacts {
  sees?: string
  functions?: { name: string; description: string }[]
  actions?: { name: string; description: string }[]
}

/** What is connected: real, a stand-in, or off, and the variable that would change it. */
export function Settings() {
  const { data, error } = useCapabilities()
  return (
    <div>
      <div className="view-head">
        <h1>Connections</h1>
        <TestAlarm />
      </div>
      <p className="soft">
        A <strong>stand-in</strong> speaks the vendor's own wire format on this machine. Set the variable in <code>.env</code> and restart
        to use the real one.
      </p>
      <Failure error={error} what="The agent cannot be asked: " />
      <div className="masonry">
        {data &&
          FAMILIES.map(([family, title, what]) => {
            const connections: Connection[] = [data[family]].flat()
            return (
              <section key={family} className="panel" aria-label={title}>
                <header>
                  <h2>{title}</h2>
                  <span className="soft small">{what}</span>
                </header>
                {connections.length === 0 && <p className="soft">None.</p>}
                <ul className="rows connections">
                  {connections.map((each) => (
                    <Row key={each.id} connection={each} />
                  ))}
                </ul>
              </section>
            )
          })}
      </div>
    </div>
  )
}

const KINDS: Record<ConnectorFacts['kind'], [Tone, string]> = {
  real: ['ok', 'real'],
  stand_in: ['accent', 'stand-in'],
  off: ['dim', 'off'],
}

function Row({ connection }: { connection: Connection }) {
  const { name, kind, detail, address, why, variable, sees, functions = [], actions = [] } = connection
  const [tone, word] = KINDS[kind]
  const offered = [
    ['functions', functions],
    ['actions', actions],
  ] as const
  return (
    <li>
      <Badge tone={tone}>{word}</Badge>
      <span className="grow">
        <span>
          <strong>{name}</strong> {variable && <code className="soft small">{variable}</code>}
        </span>
        {why && <span className="foreign">{why}</span>}
        {sees && <span className="foreign">{sees}</span>}
        <span className="soft small foreign">{[detail, address].filter(Boolean).join(', ')}</span>
        {offered.map(
          ([what, list]) =>
            list.length > 0 && (
              <details key={what} className="small">
                <summary className="soft">
                  {list.length} {list.length === 1 ? what.slice(0, -1) : what}
                </summary>
                <dl className="described">
                  {list.map((each) => (
                    <div key={each.name}>
                      <dt>
                        <code>{each.name}</code>
                      </dt>
                      <dd className="soft foreign">{each.description}</dd>
                    </div>
                  ))}
                </dl>
              </details>
            ),
        )}
      </span>
    </li>
  )
}

const SUMMARY = 'A test from the console: nothing is wrong.'

/** A harmless alert through Alertmanager, which ends by itself, or a page without any alert: does it reach the phone? */
function TestAlarm() {
  const send = useMutation({
    mutationFn: async (what: 'alert' | 'page') => {
      const now = Date.now()
      const times = { startsAt: new Date(now).toISOString(), endsAt: new Date(now + 60_000).toISOString() }
      const labels = { alertname: 'TestAlert', service: 'oncall-lab-test-alert', severity: 'warning' }
      if (what === 'alert') return postJson('/alertmanager/api/v2/alerts', [{ labels, annotations: { summary: SUMMARY }, ...times }])
      return sendTestPage(now)
    },
  })
  return (
    <span className="row">
      {send.isSuccess && (
        <span role="status">
          Sent: see the <Link href="/incidents">incidents</Link> and the <Link href="/people">phone</Link>.
        </span>
      )}
      <Failure error={send.error} what="Not sent: " />
      <button type="button" className="button" disabled={send.isPending} onClick={() => send.mutate('alert')}>
        Send a test alert
      </button>
      <button type="button" className="button" disabled={send.isPending} onClick={() => send.mutate('page')}>
        Send a test page
      </button>
    </span>
  )
}

/** Opens an incident over the agent's API, past Prometheus and Alertmanager, and ends it: whoever is on call is paged once. */
async function sendTestPage(now: number): Promise<void> {
  const { ref } = await postJson<{ ref: string }>('/agent/api/incidents', {
    source: 'console',
    external_id: `test-page-${now}`,
    title: 'Test page',
    description: SUMMARY,
    severity: 'critical',
    // Of its own: a page that joins an open incident would wake nobody.
    service: 'oncall-lab-test-page',
  })
  await postJson(`/agent/api/incidents/${ref}/resolve`)
}
