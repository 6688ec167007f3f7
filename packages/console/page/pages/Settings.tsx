import type { Capabilities, ConnectorFacts } from '@oncall-lab/on-call-agent/api'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Failure } from '../components/Failure.tsx'
import { Badge } from '../components/State.tsx'
import { getJson, postJson } from '../data/json.ts'

const FAMILIES = [
  ['model', 'Model'],
  ['targets', 'What the agent can look at'],
  ['triggers', 'What opens an incident'],
  ['channels', 'How people are reached'],
  ['trackers', 'Where tickets are filed'],
] as const

/** What is connected: real, a stand-in, or off, and the variable that would change it. */
export function Settings() {
  const { data, error } = useQuery({
    queryKey: ['capabilities'],
    refetchInterval: 30_000,
    queryFn: ({ signal }) => getJson<Capabilities>('/agent/api/capabilities', signal),
  })
  return (
    <div>
      <div className="view-head">
        <h1>Connections</h1>
        <TestAlert />
      </div>
      <Failure error={error} what="The agent cannot be asked: " />
      {data &&
        FAMILIES.map(([family, title]) => {
          const connections: (ConnectorFacts & { sees?: string })[] = [data[family]].flat()
          return (
            <section key={family} className="panel" aria-label={title}>
              <header>
                <h2>{title}</h2>
              </header>
              {connections.length === 0 && <p className="soft">None.</p>}
              <ul className="rows">
                {connections.map((each) => (
                  <li key={each.id}>
                    <Badge tone={each.kind === 'off' ? 'dim' : each.kind === 'real' ? 'ok' : 'accent'}>
                      {each.kind === 'stand_in' ? 'stand-in' : each.kind}
                    </Badge>
                    <span className="grow">
                      <strong>{each.name}</strong>
                      <span className="soft small foreign">
                        {[each.detail, each.address, each.why, each.sees].filter(Boolean).join('; ')}
                      </span>
                    </span>
                    {each.variable && <code className="soft small">{each.variable}</code>}
                  </li>
                ))}
              </ul>
            </section>
          )
        })}
    </div>
  )
}

/** Sends a harmless alert through Alertmanager, the agent and the phone; it ends by itself. */
function TestAlert() {
  const send = useMutation({
    mutationFn: () => {
      const now = Date.now()
      const alert = {
        labels: { alertname: 'TestAlert', service: 'oncall-lab-test', severity: 'warning' },
        annotations: { summary: 'A test from the console: nothing is wrong.' },
        startsAt: new Date(now).toISOString(),
        endsAt: new Date(now + 60_000).toISOString(),
      }
      return postJson('/alertmanager/api/v2/alerts', [alert])
    },
  })
  return (
    <span className="row">
      {send.isSuccess && <span role="status">Sent: watch the incidents.</span>}
      <Failure error={send.error} what="Not sent: " />
      <button type="button" className="button" disabled={send.isPending} onClick={() => send.mutate()}>
        Send a test alert
      </button>
    </span>
  )
}
