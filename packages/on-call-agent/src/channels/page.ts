import type { Diagnosis, Episode, Incident, SecondReading } from '../api.ts'
import { ALERTS_OF_AN_INCIDENT } from '../incidents/alerts-of-an-incident.ts'
import { type IsOwnLink, oneLine } from './outgoing-text.ts'
import { shorten } from './shorten.ts'

/** WhatsApp messages through Twilio hold 1,600 characters (error 21617 beyond). https://www.twilio.com/docs/api/errors/21617 */
export const MESSAGE_CHARS = 1_600

/** A page is read on a lock screen; twenty of its 600 characters are left to the channel's own reference and to the word that it was escalated. */
export const PAGE_CHARS = 580

const LEAD: Record<Diagnosis['status'], string> = {
  diagnosed: 'Cause',
  suspected: 'Suspected cause',
  inconclusive: 'Not diagnosed',
  recovered: 'Recovered; it was',
  false_alarm: 'False alarm',
}

/** What a page is about. */
export interface Page {
  incident: Incident
  diagnosis: Diagnosis
  madeBy: 'model' | 'fallback'
  /** Said on the page when it disagrees. */
  secondReading?: SecondReading | undefined
  /** Where more is to be read. */
  link?: string | undefined
  /** What to do about the alert, as its rule says. */
  runbook?: string | undefined
}

/** What the page of an incident links to. */
export type LinksOf = (incident: Incident) => Pick<Page, 'link' | 'runbook'>

/** Of each alert only what a page shows: a storm's labels in full would be megabytes to redact. */
export function briefly<P extends Page>(page: P): P {
  const alerts = page.incident.alerts.map(
    ({ labels: { instance }, annotations, ...alert }): Episode => ({
      ...alert,
      summary: shorten(alert.summary, 1_000),
      labels: instance === undefined ? {} : { instance },
      annotations: annotations?.runbook_url === undefined ? {} : { runbook_url: annotations.runbook_url },
    }),
  )
  return { ...page, incident: { ...page.incident, alerts } }
}

/** Where a page is answered: by a reply to it, or on the console that it links to. */
interface PageOptions {
  answered?: 'by_reply' | 'on_console'
}

/** The page, three lines: what customers feel and since when; the likely cause and how sure; what to answer. The rest is told when asked for. */
export function pageText(page: Page, { answered = 'by_reply' }: PageOptions = {}): string {
  const { incident, link, runbook } = page
  const first = `*${incident.ref}* ${describeAlerts(incident)}`
  const doubt = doubtLine(page.secondReading)
  const last = answered === 'by_reply' ? `\nReply *why*, *fix*, *status* or *create ticket and assign to <name>*` : ''
  const words = first.length + 1 + causeLine(page, 0).length + doubt.length + last.length
  const links = fittingLinks([link, runbook && `Runbook: ${runbook}`], PAGE_CHARS - words - CAUSE_CHARS)
  return `${first}\n${causeLine(page, PAGE_CHARS - words - links.length)}${doubt}${last}${links}`
}

/** The person is told at once when the second reader sees another cause. */
function doubtLine(reading: SecondReading | undefined): string {
  if (reading?.verdict !== 'disagrees' || !reading.cause) return ''
  return `\n*Second reader disagrees:* ${reading.cause}${reading.confidence === undefined ? '' : ` (${Math.round(reading.confidence * 100)} % sure)`}`
}

/** `*Cause:* … (90 % sure)`, with so many characters for the cause itself. */
export function causeLine({ diagnosis, madeBy }: Pick<Page, 'diagnosis' | 'madeBy'>, chars: number): string {
  const lead = madeBy === 'fallback' ? 'Made without AI' : LEAD[diagnosis.status]
  const sure = madeBy === 'model' ? ` (${Math.round(diagnosis.confidence * 100)} % sure)` : ''
  return `*${lead}:* ${chars > 0 ? firstSentences(oneLine(diagnosis.root_cause, 1_000), chars) : ''}${sure}`
}

/** Of these every page has room, before any link. */
const CAUSE_CHARS = 80

/** The lines that fit, in order; what is too long is left out, never cut. */
function fittingLinks(lines: (string | undefined)[], chars: number): string {
  return lines.reduce<string>((text, line) => (line && text.length + line.length + 1 <= chars ? `${text}\n${line}` : text), '')
}

/** Links to the console, and to the first runbook among the alerts that stands at an address of our own. */
export function linksTo(consoleUrl: string, isOwnLink: IsOwnLink): LinksOf {
  return ({ ref, alerts }) => ({
    link: `${consoleUrl}/incidents/${ref}`,
    runbook: alerts.map(({ annotations }) => annotations?.runbook_url).find((url) => url !== undefined && isOwnLink(url)),
  })
}

/** The first line of a page and of what is told later: severity, service, the alert's own words, since when. */
export function describeAlerts({ severity, service, alerts }: Pick<Incident, 'severity' | 'service' | 'alerts'>): string {
  const open = alerts.filter(({ ends_at }) => ends_at === null)
  const shown = open.length > 0 ? open : alerts
  const worst = shown.find((alert) => alert.severity === severity) ?? shown[0]
  const names = [...new Set(shown.map(({ alertname }) => alertname))]
  const others = names.filter((name) => name !== worst?.alertname)
  const words = [
    oneLine(severity, 20).toUpperCase(),
    `${oneLine(service, 60)}:`,
    worst && `${oneLine(worst.summary || worst.alertname, 150)}${instancesOf(shown, worst)}`,
    sinceWhen(shown),
    others.length > 0 && `(+${others.length} more: ${oneLine(others.join(', '), 60)})`,
  ]
  return words.filter((word) => typeof word === 'string' && word !== '').join(' ')
}

/** Which instance, or how many; nothing when the alert's own words name it. */
function instancesOf(alerts: Episode[], { alertname, summary }: Episode): string {
  const same = alerts.filter((alert) => alert.alertname === alertname)
  const instances = [...new Set(same.flatMap(({ labels }) => labels.instance ?? []))]
  const [only] = instances
  if (instances.length > 1) return ` (${instances.length}${alerts.length < ALERTS_OF_AN_INCIDENT ? '' : '+'} instances)`
  return only === undefined || summary.includes(only) ? '' : ` (${oneLine(only, 60)})`
}

function sinceWhen(alerts: Episode[]): string {
  const [earliest] = alerts.map(({ starts_at }) => starts_at).toSorted()
  return earliest && !Number.isNaN(Date.parse(earliest)) ? `since ${clock(earliest)} UTC` : ''
}

/** `12:51`, in UTC. */
export function clock(time: string): string {
  return new Date(time).toISOString().slice(11, 16)
}

/** As many whole sentences as fit; the first one is cut where it alone is too long. */
function firstSentences(text: string, chars: number): string {
  if (text.length <= chars) return text
  const end = text.slice(0, chars).search(/[.!?](?=\s[^.!?]*$)/)
  return end >= chars / 3 ? text.slice(0, end + 1) : shorten(text, chars)
}

/** Any text as one well-formed message; a longer one ends with an ellipsis. */
export function fitMessage(text: string): string {
  return shorten(text.trim().toWellFormed(), MESSAGE_CHARS)
}
