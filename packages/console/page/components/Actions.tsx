import type { IncidentWithTimeline } from '@oncall-lab/on-call-agent/api'
import { useMutation, useQuery } from '@tanstack/react-query'
import { getJson, postJson } from '../data/json.ts'
import { queryClient } from '../data/query-client.ts'
import { clockTime } from '../data/time.ts'
import { Failure } from './Failure.tsx'
import { Badge, type Tone } from './State.tsx'

interface ProposedAction {
  id: string
  incident_id: string
  action: string
  arguments: Record<string, unknown>
  level: string
  reason: string
  status: string
  proposed_at: string
}

const TONES: Record<string, Tone> = {
  proposed: 'warn',
  approved: 'accent',
  started: 'accent',
  verified: 'ok',
  no_effect: 'warn',
  failed: 'bad',
  unknown: 'bad',
}

/** What the agent proposes to do, and a person's word on it. */
export function Actions({ incident }: { incident: IncidentWithTimeline }) {
  const hasActions = incident.timeline.some(({ event }) => event.kind.startsWith('action_'))
  const { data, error } = useQuery({
    queryKey: ['incident', incident.ref, 'actions'],
    enabled: hasActions,
    queryFn: async ({ signal }) => (await getJson<{ actions: ProposedAction[] }>('/agent/api/actions', signal)).actions,
  })
  const decide = useMutation({
    mutationFn: ({ id, verdict }: { id: string; verdict: 'approve' | 'deny' }) =>
      postJson(`/agent/api/actions/${encodeURIComponent(id)}/${verdict}`),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['incident'] }),
  })
  const actions = data?.filter(({ incident_id }) => incident_id === incident.id) ?? []
  if (actions.length === 0 && !error) return null
  return (
    <section className="panel" aria-labelledby="actions">
      <header>
        <h2 id="actions">Actions</h2>
      </header>
      <Failure error={error} what="The actions cannot be read: " />
      <Failure error={decide.error} what="Not decided: " />
      <ul className="rows">
        {actions.map((action) => (
          <li key={action.id}>
            <Badge tone={TONES[action.status] ?? 'dim'}>{action.status}</Badge>
            <span className="grow">
              <span>
                <code className="foreign">
                  {action.action} {JSON.stringify(action.arguments)}
                </code>{' '}
                <span className="soft small">{action.level}</span>
              </span>
              <span className="foreign">{action.reason}</span>
              <span className="soft small">proposed {clockTime(action.proposed_at)}</span>
            </span>
            {action.status === 'proposed' && (
              <span className="row">
                <button
                  type="button"
                  className="button primary"
                  disabled={decide.isPending}
                  onClick={() => decide.mutate({ id: action.id, verdict: 'approve' })}
                >
                  Approve
                </button>
                <button
                  type="button"
                  className="button"
                  disabled={decide.isPending}
                  onClick={() => decide.mutate({ id: action.id, verdict: 'deny' })}
                >
                  Deny
                </button>
              </span>
            )}
          </li>
        ))}
      </ul>
    </section>
  )
}
