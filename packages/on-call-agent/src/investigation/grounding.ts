import type { Diagnosis } from '../api.ts'
import { STEMS } from './unit-factors.ts'

/** A diagnosis without what stands in no result, and what was struck out of it. */
export interface GroundedDiagnosis {
  diagnosis: Diagnosis
  struck: string[]
}

/** What stands for something that was struck out. */
const STRUCK = '[not seen]'
/** A diagnosis that names what nobody saw is worth less. */
const CONFIDENCE_FACTOR = 0.7

/** Instances (`host:port`), addresses, routes, files with or without a line. */
const PLACE =
  /(?<![\w.-])[\w-]{1,60}(?:\.[\w-]{1,60}){0,6}:\d{2,5}(?!\d)|(?<![\w.:/-])\d{1,3}(?:\.\d{1,3}){3}(?![\w.]\d)|(?<![\w:/.<])\/[a-z][\w/:{}-]{0,200}|(?<![\w/.-])[\w.-]{1,60}(?:\/[\w.-]{1,60}){0,12}\.(?:tsx?|mjs|jsx?|py|go|java|rb|sql|rs|cs|php)(?::\d{1,6})?(?!\w)/g
/** A number with a unit. */
const FIGURE =
  /(?<![\w.:/-])(\d{1,12}(?:[.,]\d{1,6})?)(?:-| {0,2})(%|per ?cent|ms|milliseconds?|seconds?|s|minutes?|min|[KMG]i?B|bytes|(?:requests?|req|errors?)(?:\/s| per second)|rps|requests?|errors?|connections?|instances?|restarts?)(?![\w])/gi

/**
 * Each figure with a unit, instance, route, file and line of a diagnosis must stand in something that was seen: a result, or the alerts. Rounded and converted
 * forms count (0.714 is 71 %, 1.2 s is 1200 ms). What does not is struck out, and the confidence is lowered.
 */
export function groundDiagnosis(diagnosis: Diagnosis, seen: string): GroundedDiagnosis {
  const source = readable(seen)
  const struck: string[] = []
  const strike = (found: string) => {
    struck.push(found)
    return STRUCK
  }
  // Advice may name what nobody has looked at yet, but no place that there may not be.
  const cleanStep = (text: string) =>
    text.replace(PLACE, (found) => (found.startsWith('/') || stands(found, source) ? found : strike(found)))
  const named = (all: string[]) => all.filter((each) => each.trim() !== '' && (source.includes(each.trim()) || !strike(each)))
  const { instances, routes, affected_file, line_number, ...rest } = diagnosis
  const grounded: Diagnosis = {
    ...rest,
    root_cause: clean(diagnosis.root_cause, source, strike),
    next_steps: diagnosis.next_steps.map(cleanStep),
    ...(affected_file !== undefined && { affected_file }),
    ...(line_number !== undefined && lineStands(affected_file, line_number, source, strike) && { line_number }),
    ...(instances && { instances: named(instances) }),
    ...(routes && { routes: named(routes) }),
  }
  if (struck.length === 0) return { diagnosis, struck }
  return { diagnosis: { ...grounded, confidence: Math.round(diagnosis.confidence * CONFIDENCE_FACTOR * 100) / 100 }, struck }
}

/** The same for words alone. */
export function strikeUnseen(text: string, seen: string): { text: string; struck: string[] } {
  const struck: string[] = []
  const strike = (found: string) => {
    struck.push(found)
    return STRUCK
  }
  return { text: clean(text, readable(seen), strike), struck }
}

const readable = (seen: string) => seen.replaceAll('\\"', '"').replaceAll('\\n', '\n')

function clean(text: string, source: string, strike: (found: string) => string): string {
  const numbers = [...new Set([...source.matchAll(/\d{1,15}(?:\.\d{1,17})?(?:e[+-]?\d{1,3})?/g)].map(([number]) => Number(number)))]
  return text
    .replace(PLACE, (found) => (stands(found, source) ? found : strike(found)))
    .replace(FIGURE, (found: string, figure: string, unit: string) => (isSeen(figure, unit, numbers) ? found : strike(found)))
}

/** The place itself; of a file or an instance with its number, at least the two on their own. */
function stands(place: string, source: string): boolean {
  const bare = place.replace(/[.,;:]$/, '')
  if (source.includes(bare)) return true
  const [, file = '', line = ''] = /^(.{1,800}):(\d{1,6})$/.exec(bare) ?? []
  return /\.\w{1,4}$/.test(file) && source.includes(file) && (source.includes(`${line}: `) || source.includes(`line ${line}`))
}

/** As a stack has it, `app.ts:42`, or as a line of code, `42: text`. */
function lineStands(file: string | undefined, line: number, source: string, strike: (found: string) => string): boolean {
  const found = [`:${line}`, `${line}: `, `line ${line}`].some((written) => source.includes(written))
  if (!found) strike(`${file ?? 'line'}:${line}`)
  return found
}

function isSeen(figure: string, unit: string, numbers: number[]): boolean {
  const text = figure.replace(',', '.')
  const value = Number(text)
  const grain = 0.51 * 10 ** -(text.split('.')[1]?.length ?? 0)
  // "1 request", "0 errors", "100 %": words rather than measurements.
  if (value <= 2 || value === 100) return true
  const factors = STEMS.find(({ stem }) => unit.toLowerCase().startsWith(stem))?.factors ?? [1]
  return numbers.some((number) => factors.some((factor) => Math.abs(number * factor - value) <= grain))
}
