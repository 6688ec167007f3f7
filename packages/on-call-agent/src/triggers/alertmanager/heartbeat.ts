import type { ReceivedAlert } from '../../incidents/received-alert.ts'
import type { AlertStore, OpenEpisode } from '../../store/alert-store.ts'
import type { ReceiveAlerts } from '../trigger.ts'

/** What follows from the newest heartbeat. */
type HeartbeatDecision = { kind: 'silent'; reason: 'stopped' } | { kind: 'fine'; reason: 'heard' }

/** So long without a heartbeat, the pipeline from Prometheus to here is broken. */
const SILENT_AFTER_MS = 180_000

/** Whether the pipeline is silent, by the time since its newest heartbeat. */
function decideHeartbeat(sinceMs: number): HeartbeatDecision {
  return sinceMs >= SILENT_AFTER_MS ? { kind: 'silent', reason: 'stopped' } : { kind: 'fine', reason: 'heard' }
}

/** Keeps watch over the alerts that always fire. */
export interface Heartbeat {
  /** Alertmanager holds alerts of these names, or has just sent them. */
  seen(alertnames: string[]): Promise<void>
  /** Opens the incident when the heartbeat has stopped, once, and ends it when it is heard again. */
  check(): Promise<void>
}

interface HeartbeatParts {
  alerts: Pick<AlertStore, 'beat' | 'lastBeat' | 'openEpisodes' | 'endEpisodes'>
  receive: ReceiveAlerts
  watchdogs: string[]
  /** Milliseconds. */
  now?: () => number
}

/** Watches from now on: what was heard before the start gets its whole time again. */
export function createHeartbeat({ alerts, receive, watchdogs, now = Date.now }: HeartbeatParts): Heartbeat {
  const started = now()
  return {
    async seen(alertnames) {
      for (const name of watchdogs) if (alertnames.includes(name)) await alerts.beat(name, 'source')
    },
    async check() {
      const last = await alerts.lastBeat()
      if (last === undefined) return
      const told = (await alerts.openEpisodes()).filter(({ source }) => source === SOURCE)
      if (decideHeartbeat(now() - Date.parse(last)).kind === 'fine') {
        if (told.length > 0) await alerts.endEpisodes(ids(told), 'gone')
      } else if (decideHeartbeat(now() - Math.max(Date.parse(last), started)).kind === 'silent' && told.length === 0) {
        await receive([silence(last)])
      }
    },
  }
}

const SOURCE = 'watchdog'

const ids = (episodes: OpenEpisode[]) => episodes.map(({ id }) => id)

function silence(lastBeat: string): ReceivedAlert {
  const labels = { alertname: 'AlertingPipelineSilent', service: 'alerting', severity: 'critical' }
  const summary = `The alerting pipeline is silent: its Watchdog was last seen at ${lastBeat}. Alerts may not arrive.`
  const description =
    'Prometheus or Alertmanager is down, or cannot reach the next one, or Alertmanager no longer sends its Watchdog here. Look at all three before you trust that nothing else is wrong.'
  return {
    ...labels,
    status: 'firing',
    source: SOURCE,
    summary,
    fingerprint: 'alerting-pipeline-silent',
    labels,
    annotations: { summary, description },
    generatorUrl: null,
    startsAt: lastBeat,
    endsAt: null,
  }
}
