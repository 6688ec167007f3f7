import type { Action, ActionList, IncidentWithTimeline } from '@oncall-lab/on-call-agent/api'
import { useMutation, useQuery } from '@tanstack/react-query'
import { getJson, postJson } from '../data/json.ts'
import { queryClient } from '../data/query-client.ts'
import { clockTime, duration, useNow } from '../data/time.ts'
import { Failure } from './Failure.tsx'
import { Badge, type Tone } from './State.tsx'

const TONES: Record<string, Tone> = {
  proposed: 'warn',
  approved: 'accent',
  started: 'accent',
  verified: 'ok',
  coincidence: 'ok',
  no_effect: 'warn',
  worse: 'bad',
  failed: 'bad',
  unknown: 'bad',
}

/** What the agent proposes to do, a person's word on it, and what came of it. */
export function Actions({ incident }: { incident: IncidentWithTimeline }) {
  const hasActions = incident.timeline.some(({ event }) => event.kind.startsWith('action_'))
  const { data, error } = useQuery({
    queryKey: ['incident', incident.ref, 'actions'],
    enabled: hasActions,
    queryFn: ({ signal }) => getJson<ActionList>(`/agent/api/actions?incident=${encodeURIComponent(incident.ref)}`, signal),
  })
  const decide = useMutation({
    mutationFn: ({ id, verdict }: { id: string; verdict: 'approve' | 'deny' }) =>
      postJson(`/agent/api/actions/${encodeURIComponent(id)}/${verdict}`),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['incident'] }),
  })
  const actions = data?.actions ?? []
  if (actions.length === 0 && !error) return null
  return (
    <section className="panel" aria-labelledby="actions">
      <header>
        <h2 id="actions">Actions</h2>
      </header>
      <Failure error={error} what="The actions cannot be read: " />
      <Failure error={decide.error} what="Not decided: " />
      <ul className="rows actions">
        {actions.map((action) => (
          <li key={action.id}>
            <Badge tone={TONES[action.status] ?? 'dim'}>{action.status.replace('_', ' ')}</Badge>
            <span className="grow">
              <span>
                <strong>{action.id}</strong> <span className="foreign">{action.says}</span>
              </span>
              <code className="foreign small">
                {action.action} {JSON.stringify(action.arguments)}
              </code>
              <span className="foreign">{action.reason}</span>
              <span className="soft small foreign">Simulated: {action.simulation}</span>
              <Fate action={action} />
            </span>
            {action.status === 'proposed' && (
              <span className="row">
                <button
                  type="button"
                  className="button primary"
                  disabled={decide.isPending}
                  onClick={() => decide.mutate({ id: action.id, verdict: 'approve' })}
                >
                  Approve <span className="visually-hidden">{action.id}</span>
                </button>
                <button
                  type="button"
                  className="button"
                  disabled={decide.isPending}
                  onClick={() => decide.mutate({ id: action.id, verdict: 'deny' })}
                >
                  Deny <span className="visually-hidden">{action.id}</span>
                </button>
              </span>
            )}
          </li>
        ))}
      </ul>
    </section>
  )
}

/** Where it stands: how long a person may still decide, who decided, what came of it. */
function Fate({ action }: { action: Action }) {
  const now = useNow(5_000)
  const { verification: seen } = action
  const words =
    action.status === 'proposed'
      ? [`${action.level}, proposed ${clockTime(action.proposed_at)}, silence is no in ${duration(Date.parse(action.expires_at) - now)}`]
      : [
          action.level,
          action.decided_by && `decided by ${action.decided_by.replace('whatsapp:', '')}`,
          action.started_at && `started ${clockTime(action.started_at)}`,
          seen && `${seen.sli} ${figure(seen.before)} → ${figure(seen.after)} within ${duration(seen.seconds * 1_000)}`,
          seen && seen.firing.length > 0 && `still firing: ${seen.firing.join(', ')}`,
          action.status_reason,
        ]
  return <span className="soft small foreign">{words.filter(Boolean).join('; ')}</span>
}

const figure = (value: number | null) => (value === null ? 'not seen' : value.toPrecision(3))
