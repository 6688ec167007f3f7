import { lazy, Suspense, useState } from 'react'
import { Link } from 'wouter'
import { BreakDialog } from '../components/BreakDialog.tsx'
import { Failure } from '../components/Failure.tsx'
import { FaultList } from '../components/FaultList.tsx'
import { FleetControls } from '../components/FleetControls.tsx'
import { Badge, SeverityBadge, StatusBadge } from '../components/State.tsx'
import { Topology } from '../components/Topology.tsx'
import { TrafficDialog } from '../components/TrafficDialog.tsx'
import { TrafficLine } from '../components/TrafficLine.tsx'
import { useAlerts } from '../data/alerts.ts'
import { useFaults } from '../data/fleet.ts'
import { useNewestIncidents } from '../data/incidents.ts'
import { clockTime, duration, useNow } from '../data/time.ts'

/** The plotting library comes after the first paint. */
const LiveCourses = lazy(() => import('../components/LiveCourses.tsx').then((module) => ({ default: module.LiveCourses })))

/** What runs, what is broken, and what becomes of it. */
export function Live() {
  const [asking, setAsking] = useState<'break' | 'traffic'>()
  const close = () => setAsking(undefined)
  const faults = useFaults()
  const active = faults.data?.faults ?? []
  return (
    <div className="live">
      <div className="view-head">
        <h1>Live</h1>
        <div className="row">
          <button type="button" className="button" onClick={() => setAsking('traffic')}>
            Send customers
          </button>
          <button type="button" className="button primary" onClick={() => setAsking('break')}>
            Break something
          </button>
        </div>
      </div>
      <FirstVisit broken={active.length > 0} onBreak={() => setAsking('break')} />
      <Topology />
      <FaultList faults={active} asOfMs={faults.data?.asOfMs ?? 0} />
      <TrafficLine />
      <Suspense fallback={<section className="panel courses" aria-label="The last 15 minutes" />}>
        <LiveCourses />
      </Suspense>
      <div className="columns">
        <OpenIncidents />
        <Alerts />
      </div>
      <FleetControls />
      {asking === 'break' && <BreakDialog onClose={close} />}
      {asking === 'traffic' && <TrafficDialog onClose={close} />}
    </div>
  )
}

/** Says what to press; gone for good once there is an incident. */
function FirstVisit({ broken, onBreak }: { broken: boolean; onBreak: () => void }) {
  const { data } = useNewestIncidents()
  if (!data || data.incidents.length > 0) return null
  return (
    <section className="notice" aria-label="Where to begin">
      <ol className="first-steps">
        <li aria-current={broken ? undefined : 'step'}>
          <strong>Break it.</strong> A small shop runs below, with customers. Each fault is real and ends by itself.
        </li>
        <li aria-current={broken ? 'step' : undefined}>
          <strong>An alert fires</strong> within 15 seconds: Prometheus notices, Alertmanager calls the agent.
        </li>
        <li>
          <strong>The agent looks</strong> at logs, metrics and code, says what is wrong, and writes it to{' '}
          <Link href="/people">the phone</Link>.
        </li>
        <li>
          <strong>You answer</strong>: why? fix? create a ticket. The incident shows each step.
        </li>
      </ol>
      {broken ? (
        <p role="status">The shop is broken. The incident appears here by itself.</p>
      ) : (
        <button type="button" className="button primary" onClick={onBreak}>
          See the first incident
        </button>
      )}
    </section>
  )
}

function Alerts() {
  const { data, error } = useAlerts()
  const now = useNow(2_000)
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
  const now = useNow(2_000)
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
