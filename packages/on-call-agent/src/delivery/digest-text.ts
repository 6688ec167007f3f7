import type { Incident } from '../api.ts'
import { oneLine } from '../channels/outgoing-text.ts'

/** What one digest sums up. */
interface DigestContent {
  /** How many incidents are of each severity, the worst first. */
  counts: [severity: string, count: number][]
  /** The worst ones, as many as are named. */
  named: Pick<Incident, 'ref' | 'service' | 'alerts'>[]
  /** Where the others are to be read. */
  link?: string | undefined
}

const NUMBER = new Intl.NumberFormat('en-US')

/** One line instead of many pages: how many incidents, how severe, and the worst by name. */
export function digestText({ counts, named, link }: DigestContent): string {
  const total = counts.reduce((sum, [, count]) => sum + count, 0)
  const severities = counts.slice(0, 5).map(([severity, count]) => `${NUMBER.format(count)} ${oneLine(severity, 20)}`)
  const names = named.map(
    ({ ref, service, alerts }) => `*${ref}* ${oneLine(service, 30)} (${oneLine(alerts[0]?.alertname ?? 'no alert', 30)})`,
  )
  const others = total > named.length ? `, and ${NUMBER.format(total - named.length)} more` : ''
  const where = link && link.length <= 150 ? ` All: ${link}` : ''
  const [first] = named
  return `${NUMBER.format(total)} more incident${total === 1 ? '' : 's'} (${severities.join(', ')}): ${names.join(', ')}${others}. Reply with a name, such as *${first?.ref ?? 'I1'} why*.${where}`
}
