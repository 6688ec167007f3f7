import { componentsNamed } from '../component.ts'
import type { Drill } from '../drill.ts'
import type { RunRecord } from '../record.ts'
import type { Report } from '../report.ts'

interface JudgedDiagnosis {
  cause: boolean
  component: boolean
  lacks: string[]
}

/** Whether a report says what is true: the cause, and where; with it the names, the place and the end that the drill asks for. */
export function judgeDiagnosis(truth: Drill['truth'], { report, broken }: Pick<RunRecord, 'report' | 'broken'>): JudgedDiagnosis {
  if (!report) return { cause: false, component: false, lacks: ['there is no answer'] }
  const ofCause = [...wrongCause(truth, report), ...unsaid(truth, report)]
  const ofComponent = [...wrongComponent(truth, report), ...wrongInstances(truth, report, broken), ...wrongPlace(truth, report)]
  return { cause: ofCause.length === 0, component: ofComponent.length === 0, lacks: [...ofCause, ...ofComponent] }
}

function wrongCause({ causes, recovered }: Drill['truth'], { cause, status }: Report): string[] {
  if (status === 'inconclusive') return ['it says that it cannot tell']
  const saysOver = status === 'recovered' || cause === 'recovered'
  if (recovered && !saysOver) return ['it does not say that it is over']
  if (!recovered && saysOver && !causes.includes(cause)) return ['it says that it is over']
  return causes.includes(cause) ? [] : [`the cause is ${causes.join(' or ')}, not ${cause}`]
}

function unsaid({ names = [] }: Drill['truth'], report: Report): string[] {
  const words = [report.root_cause, report.component, report.affected_file ?? ''].join('\n')
  return names
    .filter((ways) => !ways.some((way) => new RegExp(way, 'i').test(words)))
    .map((ways) => `it does not name ${ways.join(' or ')}`)
}

function wrongComponent({ components }: Drill['truth'], { component }: Report): string[] {
  const named = [...componentsNamed(component)]
  if (named.length === 0) return [`"${component}" is no component`]
  const others = named.filter((each) => !components.includes(each))
  return others.length > 0 ? [`it blames ${others.join(', ')}, and it is ${components.join(' or ')}`] : []
}

function wrongInstances({ instances }: Drill['truth'], report: Report, broken: string[]): string[] {
  if (instances !== 'broken') return []
  const named = new Set([...(report.instances ?? []), ...(report.component.match(/127\.0\.0\.1:\d+/g) ?? [])])
  const isExact = named.size === broken.length && broken.every((instance) => named.has(instance))
  return isExact ? [] : [`the instance is ${broken.join(', ')}, and it names ${[...named].join(', ') || 'none'}`]
}

function wrongPlace({ place }: Drill['truth'], report: Report): string[] {
  if (!place) return []
  const isFile = report.affected_file?.endsWith(place.file) ?? false
  const isLine = place.line === undefined || report.line_number === place.line
  return isFile && isLine ? [] : [`the place is ${place.file}${place.line ? `:${place.line}` : ''}, not ${report.affected_file ?? 'said'}`]
}
