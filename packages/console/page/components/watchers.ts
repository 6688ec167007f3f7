import { useQuery } from '@tanstack/react-query'
import { useAlerts } from '../data/alerts.ts'
import { useStreamState } from '../data/events.ts'
import { useNewestIncidents } from '../data/incidents.ts'
import { getJson } from '../data/json.ts'
import { useLiveReadings } from '../data/prometheus.ts'
import type { Tone } from './State.tsx'

const ALERTMANAGER_EVERY_MS = 30_000

/** A box of the lower row: who watches, who tells, who thinks, who is told. */
export interface WatcherState {
  id: 'prometheus' | 'alertmanager' | 'agent' | 'people'
  name: string
  tone: Tone
  lines: string[]
  href?: string
}

export function useWatchers(): WatcherState[] {
  const readings = useLiveReadings()
  const alerts = useAlerts()
  const stream = useStreamState()
  const newest = useNewestIncidents()
  const alertmanager = useQuery({
    queryKey: ['alertmanager', 'status'],
    refetchInterval: ALERTMANAGER_EVERY_MS,
    queryFn: ({ signal }) => getJson<{ versionInfo: { version: string } }>('/alertmanager/api/v2/status', signal),
  })
  const firing = alerts.data?.filter(({ state }) => state === 'firing').length ?? 0
  const pending = (alerts.data?.length ?? 0) - firing
  const open = newest.data?.incidents.filter(({ status }) => status !== 'resolved') ?? []
  const last = newest.data?.incidents[0]
  return [
    {
      id: 'prometheus',
      name: 'Prometheus',
      ...(readings.error
        ? { tone: 'bad', lines: ['does not answer'] }
        : { tone: firing > 0 ? 'warn' : 'ok', lines: [firing + pending === 0 ? 'no alert' : `${firing} firing, ${pending} pending`] }),
    },
    {
      id: 'alertmanager',
      name: 'Alertmanager',
      ...(alertmanager.error
        ? { tone: 'bad', lines: ['does not answer'] }
        : { tone: 'ok', lines: [firing > 0 ? 'notifies the agent' : 'quiet'] }),
    },
    {
      id: 'agent',
      name: 'On-call agent',
      ...(stream === 'lost'
        ? { tone: 'bad', lines: ['does not answer'] }
        : { tone: open.length > 0 ? 'accent' : 'ok', lines: [open[0] ? `${open[0].ref} ${open[0].status}` : 'no open incident'] }),
      ...(open[0] && { href: `/incidents/${open[0].ref}` }),
    },
    {
      id: 'people',
      name: 'Phone, ticket',
      tone: last ? 'ok' : 'dim',
      lines: [
        last?.ticket
          ? `${last.ticket.key}, ${last.ticket.assignee ?? 'unassigned'}`
          : last?.diagnosis
            ? `${last.ref} was told`
            : 'nothing to tell',
      ],
      href: '/people',
    },
  ]
}
