import type { Diagnosis } from '@oncall-lab/on-call-agent/api'
import type { SimulatedIncident } from '../test-parts/simulated-incident.ts'

const FIGURE = /(?<![\w.:/-])\d+(?:\.\d+)?(?![\w:/-]|\.\d)/g
const PLACE = /(?<![\w.-])[\w.-]+:\d{2,5}\b|(?<![\w:/])\/[a-z][\w/:{}-]*|(?<![\w/-])[\w/-]+\.(?:ts|js|py|go|java):\d+/g

/**
 * The figures, instances, routes and places of a diagnosis that stand in no result it cites, nor in the alerts. A figure may be written as a percentage, in
 * milliseconds, minutes, hours, MiB or GiB, and rounded.
 */
export function falseFigures(diagnosis: Diagnosis, incident: SimulatedIncident): string[] {
  const cited = diagnosis.evidence.map(({ tool_call_id }) => incident.resultOf(tool_call_id) ?? '')
  const opening = incident.messages.flatMap((message) =>
    message.role === 'user' && typeof message.content === 'string' ? [message.content] : [],
  )
  const source = [...cited, ...opening].join('\n').replaceAll('\\"', '"').replaceAll('\\n', '\n')
  const text = [diagnosis.root_cause, ...(diagnosis.alternatives ?? [])].join('\n')
  const numbers = [...source.matchAll(/\d+(?:\.\d+)?(?:e[+-]?\d+)?/g)].map(([number]) => Number(number))
  const places = [...text.matchAll(PLACE)].map(([place]) => place.replace(/[.,;:]$/, '')).filter((place) => !stands(place, source))
  const figures = [
    ...text
      .replace(PLACE, ' ')
      .replace(/\(p\d+\)|"[^"]*"|`[^`]*`|\b\d\d:\d\d:\d\d UTC/g, ' ')
      .matchAll(FIGURE),
  ]
    .map(([figure]) => figure)
    .filter((figure) => !isDerived(Number(figure), figure, numbers))
  const named = [...(diagnosis.instances ?? []), ...(diagnosis.routes ?? [])].filter((name) => !source.includes(name))
  return [...new Set([...places, ...figures, ...named])]
}

const stands = (place: string, source: string) => source.includes(place) || source.includes(place.replace(/:\d+$/, ''))

function isDerived(value: number, text: string, numbers: number[]): boolean {
  const digits = text.split('.')[1]?.length ?? 0
  const near = (candidate: number) => Math.abs(candidate - value) <= 0.51 * 10 ** -digits
  // "95 % of the answers" is the percentile, and periods are the functions' own.
  if ([95, 2, 5, 10, 15].includes(value)) return true
  return numbers.some((number) =>
    [number, number * 100, number * 1_000, number / 1_048_576, number / 1_073_741_824, number / 60, number / 3_600].some(near),
  )
}
