import type { Episode, IncidentWithTimeline } from '@oncall-lab/on-call-agent/api'
import { Link } from 'wouter'
import { Actions } from '../components/Actions.tsx'
import { Clock } from '../components/Clock.tsx'
import { DiagnosisPanel } from '../components/DiagnosisPanel.tsx'
import { Failure } from '../components/Failure.tsx'
import { Hypotheses } from '../components/Hypotheses.tsx'
import { Investigation } from '../components/Investigation.tsx'
import { LongText } from '../components/LongText.tsx'
import { Phases } from '../components/Phases.tsx'
import { SeverityBadge, StatusBadge } from '../components/State.tsx'
import { Talk } from '../components/Talk.tsx'
import { useDashboardOf } from '../data/dashboards.ts'
import { useIncident, useIncidentRequest } from '../data/incidents.ts'
import { clockTime, duration, useNow } from '../data/time.ts'

/** One incident, from the alert to the end. */
export function IncidentPage({ idOrRef }: { idOrRef: string }) {
  const { data: incident, error } = useIncident(idOrRef)
  return (
    <div>
      <Failure error={error} what={`${idOrRef} cannot be shown: `} />
      {incident && (
        <>
          <Head incident={incident} />
          <Phases incident={incident} />
          <Clock incident={incident} />
          <div className="incident">
            <div>
              <Actions incident={incident} />
              <DiagnosisPanel incident={incident} />
              <Hypotheses incident={incident} />
              <Investigation incident={incident} />
            </div>
            <div>
              <Talk incident={incident} />
              <AlertsOfIncident incident={incident} />
            </div>
          </div>
        </>
      )}
    </div>
  )
}

function Head({ incident }: { incident: IncidentWithTimeline }) {
  const now = useNow()
  const lasted = (incident.resolved_at ? Date.parse(incident.resolved_at) : now) - Date.parse(incident.opened_at)
  return (
    <div className="incident-head">
      <p className="small row crumbs">
        <Link href="/incidents">Incidents</Link>
        <Export incident={incident} />
      </p>
      <div className="row">
        <h1>
          {incident.ref} <span className="foreign">{incident.service}</span>
        </h1>
        <StatusBadge status={incident.status} />
        <SeverityBadge severity={incident.severity} />
        <span className="soft">
          since {clockTime(incident.opened_at)}, {incident.resolved_at ? 'lasted' : 'for'} {duration(lasted)}
        </span>
        {incident.ticket && (
          <span>
            Ticket <a href={incident.ticket.url}>{incident.ticket.key}</a>
            {`, ${incident.ticket.assignee ?? 'unassigned'}`}
          </span>
        )}
        <IncidentButtons incident={incident} />
      </div>
    </div>
  )
}

function AlertsOfIncident({ incident }: { incident: IncidentWithTimeline }) {
  return (
    <section className="panel its-alerts" aria-labelledby="its-alerts">
      <header>
        <h2 id="its-alerts">Alerts</h2>
      </header>
      <ul className="rows">
        {incident.alerts.map((alert) => (
          <li key={`${alert.fingerprint}${alert.starts_at}`}>
            <span className="grow">
              <strong className="foreign">{alert.alertname}</strong>
              <LongText text={alert.summary} />
              <AlertLinks alert={alert} />
              <details className="small">
                <summary className="soft">Labels</summary>
                <dl className="facts">
                  {Object.entries(alert.labels).map(([name, value]) => (
                    <div key={name} style={{ display: 'contents' }}>
                      <dt className="foreign">{name}</dt>
                      <dd>
                        <LongText text={value} />
                      </dd>
                    </div>
                  ))}
                </dl>
              </details>
            </span>
            <span className="soft small">
              {clockTime(alert.starts_at)}
              {alert.ends_at ? `, ${duration(Date.parse(alert.ends_at) - Date.parse(alert.starts_at))}` : ', still firing'}
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}

/** The sender's own page, the runbook and the dashboard; only addresses that a browser opens. */
function AlertLinks({ alert }: { alert: Episode }) {
  const dashboard = useDashboardOf(alert)
  const links = [
    ['Graph of its expression', alert.generator_url],
    ['Runbook', alert.annotations?.runbook_url],
    ['Dashboard', alert.annotations?.dashboard_url ?? dashboard],
  ] as const
  return (
    <span className="row small">
      {links.map(
        ([name, url]) =>
          url &&
          /^https?:\/\//.test(url) && (
            <a key={name} href={url} target="_blank" rel="noreferrer noopener">
              {name}
            </a>
          ),
      )}
    </span>
  )
}

/** What a person does beside talking: says that it is theirs, or asks for another look. */
function IncidentButtons({ incident }: { incident: IncidentWithTimeline }) {
  const ask = useIncidentRequest(incident.id)
  const taken = incident.timeline.find(({ event }) => event.kind === 'acknowledged')?.event
  const by = taken?.kind === 'acknowledged' && <span className="soft">acknowledged by {taken.by.replace('whatsapp:', '')}</span>
  if (incident.status === 'resolved') return by
  return (
    <span className="row">
      {by || (
        <button type="button" className="button" disabled={ask.isPending} onClick={() => ask.mutate('acknowledge')}>
          Acknowledge
        </button>
      )}
      <button type="button" className="button" disabled={ask.isPending} onClick={() => ask.mutate('investigate')}>
        Look again
      </button>
      <Failure error={ask.error} what="Not done: " />
    </span>
  )
}

/** The whole incident as a file. */
function Export({ incident }: { incident: IncidentWithTimeline }) {
  const base = `/agent/api/incidents/${encodeURIComponent(incident.ref)}/export?format=`
  return (
    <span className="soft">
      Take it along: <a href={`${base}markdown`}>Markdown</a>, <a href={`${base}json`}>JSON</a>,{' '}
      <a href={`${base}bundle`} title="With what its systems showed: logs, metrics, database, cluster">
        bundle
      </a>
    </span>
  )
}
