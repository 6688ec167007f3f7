import { useMemo, useState } from 'react'
import { Link, useSearchParams } from 'wouter'
import { Failure } from '../components/Failure.tsx'
import { SeverityBadge, StatusBadge } from '../components/State.tsx'
import { type IncidentFilter, useIncidents } from '../data/incidents.ts'
import { clockTime, duration, useNow } from '../data/time.ts'

const STATUSES = ['investigating', 'diagnosed', 'inconclusive', 'mitigating', 'resolved']

/** All incidents, newest first; what narrows them stands in the address. */
export function Incidents() {
  const [search, setSearch] = useSearchParams()
  const filter: IncidentFilter = useMemo(
    () => ({ status: search.get('status') ?? '', service: search.get('service') ?? '', q: search.get('q') ?? '' }),
    [search],
  )
  const { data, error, hasNextPage, fetchNextPage, isFetchingNextPage, isPlaceholderData } = useIncidents(filter)
  const now = useNow(5_000)
  const incidents = data?.pages.flatMap((page) => page.incidents) ?? []
  const narrow = (name: keyof IncidentFilter, value: string) =>
    setSearch(
      (before) => {
        const next = new URLSearchParams(before)
        if (value) next.set(name, value)
        else next.delete(name)
        return next
      },
      { replace: true },
    )
  const isNarrowed = Object.values(filter).some(Boolean)

  return (
    <div>
      <div className="view-head">
        <h1>Incidents</h1>
        {data && <span className="soft">{shownCount(incidents.length, hasNextPage)}, newest first</span>}
      </div>
      <search className="filters">
        <SearchField value={filter.q} onChange={(value) => narrow('q', value)} />
        <label className="field">
          <span>Status</span>
          <select value={filter.status} onChange={({ target }) => narrow('status', target.value)}>
            <option value="">any</option>
            {STATUSES.map((status) => (
              <option key={status}>{status}</option>
            ))}
          </select>
        </label>
        <label className="field">
          <span>Service</span>
          <input value={filter.service} onChange={({ target }) => narrow('service', target.value)} placeholder="any" />
        </label>
      </search>
      <Failure error={error} what="The incidents cannot be read: " />
      {data && incidents.length === 0 && (
        <p className="notice">
          {isNarrowed ? 'No incident fits. Widen the search.' : 'There has been no incident yet.'}
          {!isNarrowed && <Link href="/">Break something in the live view</Link>}
        </p>
      )}
      {incidents.length > 0 && (
        <section className="panel scroll-x incident-list" tabIndex={0} aria-label="Incidents, newest first" aria-busy={isPlaceholderData}>
          <table>
            <thead>
              <tr>
                <th scope="col">Incident</th>
                <th scope="col">State</th>
                <th scope="col">Service and cause</th>
                <th scope="col" className="number">
                  Sure
                </th>
                <th scope="col">Opened</th>
                <th scope="col" className="number">
                  Lasted
                </th>
                <th scope="col">Ticket</th>
              </tr>
            </thead>
            <tbody>
              {incidents.map((incident) => (
                <tr key={incident.id} className={incident.status === 'resolved' ? 'over' : ''}>
                  <td>
                    <Link href={`/incidents/${incident.ref}`}>
                      <strong>{incident.ref}</strong>
                    </Link>
                  </td>
                  <td>
                    <span className="stack">
                      <StatusBadge status={incident.status} />
                      <SeverityBadge severity={incident.severity} />
                    </span>
                  </td>
                  <td className="wide">
                    <strong className="foreign">{incident.service}</strong>
                    {incident.diagnosis?.cause && <code className="soft"> {incident.diagnosis.cause}</code>}
                    <div className="soft small foreign clamp">{incident.diagnosis?.root_cause ?? incident.alerts[0]?.summary}</div>
                  </td>
                  <td className="number">{incident.diagnosis ? `${Math.round(incident.diagnosis.confidence * 100)} %` : ''}</td>
                  <td className="nowrap">{clockTime(incident.opened_at)}</td>
                  <td className="number">
                    {duration((incident.resolved_at ? Date.parse(incident.resolved_at) : now) - Date.parse(incident.opened_at))}
                  </td>
                  <td className="nowrap">{incident.ticket && <a href={incident.ticket.url}>{incident.ticket.key}</a>}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
      {hasNextPage && (
        <button type="button" className="button" disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {isFetchingNextPage ? 'Reading' : 'Show older ones'}
        </button>
      )}
    </div>
  )
}

const TYPED_FOR_MS = 60

/** Searches once the typing pauses. */
function SearchField({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const [typed, setTyped] = useState(value)
  const [timer, setTimer] = useState<ReturnType<typeof setTimeout>>()
  return (
    <label className="field">
      <span>Search in alerts, causes and references</span>
      <input
        type="search"
        value={typed}
        onChange={({ target }) => {
          setTyped(target.value)
          clearTimeout(timer)
          setTimer(setTimeout(() => onChange(target.value.trim()), TYPED_FOR_MS))
        }}
      />
    </label>
  )
}

const shownCount = (count: number, isMore: boolean) => `${count}${isMore ? ' of more' : ''} incident${count === 1 && !isMore ? '' : 's'}`
