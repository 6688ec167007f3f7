import { useState } from 'react'
import { Link } from 'wouter'
import { BreakDialog } from '../components/BreakDialog.tsx'
import { Chart, type Mark } from '../components/Chart.tsx'
import { Failure } from '../components/Failure.tsx'
import { FaultList } from '../components/FaultList.tsx'
import { FleetControls } from '../components/FleetControls.tsx'
import { Badge, SeverityBadge, StatusBadge } from '../components/State.tsx'
import { Topology } from '../components/Topology.tsx'
import { useAlerts } from '../data/alerts.ts'
import { useFaults } from '../data/fleet.ts'
import { useIncident, useNewestIncidents } from '../data/incidents.ts'
import { marksOf } from '../data/marks.ts'
import { COURSE_SECONDS, useCourses } from '../data/prometheus.ts'
import { clockTime, duration, useNow } from '../data/time.ts'

/** What runs, what is broken, and what becomes of it. */
export function Live() {
  const [breaking, setBreaking] = useState(false)
  const faults = useFaults()
  const active = faults.data?.faults ?? []
  return (
    <div className="live">
      <div className="view-head">
        <h1>Live</h1>
        <div className="row">
          <button type="button" className="button primary" onClick={() => setBreaking(true)}>
            Break something
          </button>
        </div>
      </div>
      <FirstVisit broken={active.length > 0} onBreak={() => setBreaking(true)} />
      <Topology />
      <FaultList faults={active} asOfMs={faults.data?.asOfMs ?? 0} />
      <LiveCourses />
      <div className="columns">
        <Alerts />
        <OpenIncidents />
      </div>
      <FleetControls />
      {breaking && <BreakDialog onClose={() => setBreaking(false)} />}
    </div>
  )
}

/** Says what to press; gone for good once there is an incident. */
function FirstVisit({ broken, onBreak }: { broken: boolean; onBreak: () => void }) {
  const { data } = useNewestIncidents()
  if (!data || data.incidents.length > 0) return null
  return (
    <section className="notice" aria-label="Where to begin">
      {broken ? (
        <p>
          The shop is broken. Prometheus notices within 15 seconds, Alertmanager calls the agent, and the diagnosis appears here and{' '}
          <Link href="/people">on the phone</Link>.
        </p>
      ) : (
        <>
          <p>
            A small shop runs below, with customers. Break it, and within 30 seconds a real alert pages the on-call agent: you see what it
            looks at, what it concludes, and the message on the phone.
          </p>
          <button type="button" className="button" onClick={onBreak}>
            See the first incident
          </button>
        </>
      )}
    </section>
  )
}

const percent = (value: number) => `${(value * 100).toFixed(value > 0 && value < 0.1 ? 1 : 0)} %`
const seconds = (value: number) => (value < 1 ? `${Math.round(value * 1_000)} ms` : `${value.toFixed(1)} s`)
const rate = (value: number) => `${value.toFixed(value < 10 ? 1 : 0)}/s`

function LiveCourses() {
  const { data, error } = useCourses()
  const newest = useNewestIncidents().data?.incidents[0]
  const { data: incident } = useIncident(newest?.ref)
  const from = Date.now() / 1_000 - COURSE_SECONDS
  const faults = useFaults().data?.marks ?? []
  const marks: Mark[] = [...faults, ...(incident ? marksOf(incident) : [])].filter(({ at }) => at > from).sort((a, b) => a.at - b.at)
  return (
    <section className="panel" aria-label="The last 15 minutes">
      <Failure error={error} what="No courses: " />
      {data && (
        <div className="charts">
          <Chart title="Errors" times={data.times} values={data.error_ratio} format={percent} atLeast={0.1} marks={marks} tone="bad" />
          <Chart title="Requests" times={data.times} values={data.rps} format={rate} atLeast={5} marks={marks} tone="accent" />
          <Chart
            title="95 % answered within"
            times={data.times}
            values={data.p95}
            format={seconds}
            atLeast={0.1}
            marks={marks}
            tone="accent"
          />
        </div>
      )}
    </section>
  )
}

function Alerts() {
  const { data, error } = useAlerts()
  const now = useNow()
  return (
    <section className="panel" aria-labelledby="alerts">
      <header>
        <h2 id="alerts">Alerts</h2>
      </header>
      <Failure error={error} what="Prometheus cannot be asked: " />
      {data?.length === 0 && <p className="soft">No rule is pending or firing.</p>}
      <ul className="rows">
        {data?.slice(0, 12).map((alert) => (
          <li key={`${alert.labels.alertname}${JSON.stringify(alert.labels)}`}>
            <Badge tone={alert.state === 'firing' ? 'bad' : 'warn'}>{alert.state}</Badge>
            <span className="grow">
              <strong className="foreign">{alert.labels.alertname}</strong>
              <span className="soft foreign small">{alert.annotations.summary}</span>
            </span>
            <span className="soft small nowrap">{duration(now - Date.parse(alert.activeAt))}</span>
          </li>
        ))}
      </ul>
    </section>
  )
}

function OpenIncidents() {
  const { data, error } = useNewestIncidents()
  const now = useNow()
  const incidents = data?.incidents ?? []
  const open = incidents.filter(({ status }) => status !== 'resolved')
  const shown = open.length > 0 ? open : incidents.slice(0, 3)
  return (
    <section className="panel" aria-labelledby="incidents">
      <header>
        <h2 id="incidents">{open.length > 0 ? 'Open incidents' : 'Newest incidents'}</h2>
        <Link href="/incidents" className="small">
          All incidents
        </Link>
      </header>
      <Failure error={error} what="The agent cannot be asked: " />
      {data && incidents.length === 0 && <p className="soft">There has been none yet.</p>}
      <ul className="rows">
        {shown.slice(0, 8).map((incident) => (
          <li key={incident.id}>
            <span className="stack">
              <StatusBadge status={incident.status} />
              <SeverityBadge severity={incident.severity} />
            </span>
            <span className="grow">
              <Link href={`/incidents/${incident.ref}`}>
                <strong>{incident.ref}</strong> <span className="foreign">{incident.service}</span>
              </Link>
              <span className="soft foreign small clamp">{incident.diagnosis?.root_cause ?? incident.alerts[0]?.summary}</span>
            </span>
            <time className="soft small nowrap" dateTime={incident.opened_at} title={clockTime(incident.opened_at)}>
              {incident.resolved_at
                ? `took ${duration(Date.parse(incident.resolved_at) - Date.parse(incident.opened_at))}`
                : duration(now - Date.parse(incident.opened_at))}
            </time>
          </li>
        ))}
      </ul>
    </section>
  )
}
