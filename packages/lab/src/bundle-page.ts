import { createHash } from 'node:crypto'
import { stripVTControlCharacters } from 'node:util'
import { BundleManifest, IncidentWithTimeline, RecordedAlerts } from '@oncall-lab/on-call-agent/api'
import { readTarGz } from '@oncall-lab/service-kit/tar'
import { type Static, type TSchema, Type } from 'typebox'
import { Value } from 'typebox/value'
import { sparkline } from './sparkline.ts'

/** Larger than any bundle that an agent makes by default. */
const LIMITS = { bytes: 256 * 1_048_576, files: 2_000 }
const MOST_LINES = 12

const Looked = Type.Object({ summary: Type.String(), result: Type.Unknown() })
const Logs = Type.Object({
  result: Type.Object({ entries: Type.Array(Type.Object({ ts: Type.String(), instance: Type.String(), message: Type.String() })) }),
})

type Files = Map<string, Buffer>

/** A bundle as a page of plain lines, offline. @throws Error that says why it cannot be read. */
export function bundlePage(packed: Buffer): string[] {
  const files = readTarGz(packed, LIMITS)
  const manifest = read(files, 'manifest.json', BundleManifest)
  if (!manifest) throw new Error('It is no bundle of an incident: its manifest.json is missing, or of another form')
  const incident = read(files, 'incident/incident.json', IncidentWithTimeline)
  const page = [
    ...heading(manifest, damaged(files, manifest)),
    ...(incident ? incidentLines(incident) : []),
    ...alertLines(files, manifest),
    ...lookLines(files, manifest),
    ...logLines(files, manifest),
    ...(incident ? timelineLines(incident) : []),
    ...contentLines(manifest),
  ]
  // The texts of logs and alerts are data: none of them moves the cursor.
  return page.map((line) => stripVTControlCharacters(line).replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, ' '))
}

/** The files that are not what the manifest says of them. */
function damaged(files: Files, { files: listed }: BundleManifest): string[] {
  return listed.flatMap(({ path, sha256 }) => {
    const body = files.get(path)
    return body && createHash('sha256').update(body).digest('hex') === sha256 ? [] : [path]
  })
}

function heading({ id, incident, service, made_from, requested_by, versions, errors }: BundleManifest, wrong: string[]): string[] {
  const title = incident
    ? `${incident.ref}: ${incident.service}, ${incident.severity}, ${incident.status}`
    : `${service}, without an incident`
  return [
    title,
    '='.repeat(Math.min(100, title.length)),
    `Bundle ${id}, made ${made_from} for ${requested_by} by ${Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(', ')}.`,
    wrong.length === 0 ? 'Every file is as the manifest says.' : `DAMAGED, not as the manifest says: ${wrong.join(', ')}`,
    ...errors.map(({ layer, source, message }) => `Missing in ${layer}: ${source}: ${message}`),
  ]
}

function incidentLines({ opened_at, resolved_at, diagnosis, alerts, hypotheses, actions, ticket }: IncidentWithTimeline): string[] {
  return [
    `Opened ${opened_at}${resolved_at ? `, resolved ${resolved_at}` : ''}.${ticket ? ` Ticket ${ticket.key}.` : ''}`,
    ...section(
      'Alerts',
      alerts
        .slice(0, MOST_LINES)
        .map(({ alertname, severity, summary, starts_at }) => `${starts_at}  ${alertname} (${severity}): ${summary}`),
    ),
    ...section(
      'Diagnosis',
      diagnosis
        ? [
            `${diagnosis.root_cause} (${diagnosis.status}, confidence ${diagnosis.confidence})`,
            ...diagnosis.evidence.map(({ quote }) => `  > ${oneLine(quote)}`),
            ...diagnosis.next_steps.map((step, i) => `  ${i + 1}. ${oneLine(step)}`),
          ]
        : ['There is none.'],
    ),
    ...section(
      'Hypotheses',
      hypotheses.map(({ statement, confidence, status }) => `${status.padEnd(10)} ${confidence.toFixed(2)}  ${oneLine(statement)}`),
    ),
    ...section(
      'Actions',
      actions.map(({ id, status, says }) => `${id} ${status}: ${oneLine(says)}`),
    ),
  ]
}

/** The value of each alert around the onset, with a mark below where it began. */
function alertLines(files: Files, manifest: BundleManifest): string[] {
  const recorded = manifest.files
    .filter(({ layer, path }) => layer === 'metrics' && path.endsWith('-alerts.json'))
    .map(({ path }) => read(files, path, RecordedAlerts))
  return section(
    'Metrics around the onset',
    recorded.flatMap((each) => (each ? each.alerts.flatMap((alert) => courseLines(alert, Date.parse(each.onset) / 1_000)) : [])),
  )
}

function courseLines({ alertname, threshold, series }: RecordedAlerts['alerts'][number], onset: number): string[] {
  const head = `${alertname}${threshold ? ` (fires ${threshold})` : ''}`
  if (series.length === 0) return [`${head}: no values`]
  return [
    head,
    ...series.slice(0, 4).flatMap(({ labels, points }) => {
      const values = points.map(([, value]) => value)
      const known = values.filter((value) => value !== null)
      const at = points.findIndex(([time]) => time >= onset)
      const name = Object.entries(labels)
        .map(([label, value]) => `${label}=${value}`)
        .join(' ')
      return [
        `  ${sparkline(values, points.length)}  ${known.length > 0 ? `${Math.min(...known)} to ${Math.max(...known)}` : 'no values'}  ${name}`,
        ...(at === -1 ? [] : [`  ${' '.repeat(at)}^ onset`]),
      ]
    }),
  ]
}

/** What each look said, in one sentence. */
function lookLines(files: Files, manifest: BundleManifest): string[] {
  return manifest.layers.flatMap((layer) => {
    if (layer === 'incident' || layer === 'logs') return []
    const said = manifest.files.filter((file) => file.layer === layer).flatMap(({ path }) => read(files, path, Looked)?.summary ?? [])
    return section(layer, said.map(oneLine))
  })
}

function logLines(files: Files, manifest: BundleManifest): string[] {
  const entries = manifest.files
    .filter(({ layer }) => layer === 'logs')
    .flatMap(({ path }) => read(files, path, Logs)?.result.entries ?? [])
  return section(
    'Last errors in the log',
    entries.slice(-MOST_LINES).map(({ ts, instance, message }) => `${ts}  ${instance}  ${oneLine(message)}`),
  )
}

function timelineLines({ timeline }: IncidentWithTimeline): string[] {
  const told = timeline.filter(({ event }) => event.kind !== 'usage')
  return section(
    'Timeline',
    told.map(({ at, event }) => `${at}  ${event.kind}${'summary' in event && event.summary ? `: ${oneLine(String(event.summary))}` : ''}`),
  )
}

function contentLines({ files }: BundleManifest): string[] {
  return section(
    'Files',
    files.map(({ path, bytes, ok, source }) => `${String(bytes).padStart(9)}  ${path}${ok ? '' : '  (failed)'}  ${oneLine(source)}`),
  )
}

const section = (title: string, lines: string[]): string[] => (lines.length === 0 ? [] : ['', title, '-'.repeat(title.length), ...lines])
const oneLine = (text: string) => text.replace(/\s+/g, ' ').trim().slice(0, 300)

/** A file of the archive in its form; undefined where it is missing or of another form. */
function read<S extends TSchema>(files: Files, path: string, schema: S): Static<S> | undefined {
  try {
    const value: unknown = JSON.parse(String(files.get(path)))
    return Value.Check(schema, value) ? value : undefined
  } catch {
    return undefined
  }
}
