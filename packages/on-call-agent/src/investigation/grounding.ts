import type { Diagnosis } from '../api.ts'
import type { ChatMessage } from '../incidents/transcript.ts'
import { type Figure, seenNumber } from './seen-numbers.ts'
import { lookResults, type Source, sourceOf } from './seen-sources.ts'

/** A diagnosis without what stands in no cited result, and what was struck out of it. */
export interface GroundedDiagnosis {
  diagnosis: Diagnosis
  struck: string[]
}

/** What stands for something that was struck out. */
const STRUCK = '[not seen]'
/** A diagnosis that names what nobody saw is worth less. */
const CONFIDENCE_FACTOR = 0.7
const MOST_QUOTES = 10
const QUOTE_CHARS = 120

/** Instances (`host:port`), addresses, routes, files with or without a line, times, days, versions, commits, releases. */
const PLACE =
  /(?<![\w.-])[a-z_][\w-]{0,60}(?:\.[\w-]{1,60}){0,6}:\d{2,5}(?!\d)|(?<![\w.:/-])\d{1,3}(?:\.\d{1,3}){3}(?::\d{2,5})?(?![\w.]\d)|(?<![\w:/.<])\/[a-z][\w/:{}-]{0,200}|(?<![\w/.-])[\w.-]{1,60}(?:\/[\w.-]{1,60}){0,12}\.(?:tsx?|mjs|jsx?|py|go|java|rb|sql|rs|cs|php)(?::\d{1,6})?(?!\w)|(?<![\w:.-])\d{1,2}:\d\d(?::\d\d)?(?![\w:])|(?<![\w.-])\d{4}-\d\d-\d\d(?![\w-])|(?<![\w.-])v?\d{1,5}\.\d{1,5}\.\d{1,5}(?![\w.]\d)|(?<![\w.-])(?=[0-9a-f]*[a-f])(?=[a-f]*\d)[0-9a-f]{7,40}(?![\w-])|(?<![\w.-])r\d{1,4}(?![\w-])/gi
/** A number, with its unit where it has one. */
const FIGURE =
  /(?<![\w.:/#-])(\d{1,3}(?:,\d{3}){1,4}(?!\d)|\d{1,12}(?:[.,]\d{1,6})?)(?:(?:-| {0,2})(%|per ?cent|ms|milliseconds?|seconds?|s|minutes?|min|[KMG]i?B|bytes|(?:requests?|req|errors?)(?:\/s| per second)|rps|requests?|errors?|connections?|instances?|restarts?)(?![\w])|(?![\w]|[.:]\w|-\w))/gi

/**
 * Each number, instance, route, file, line, time, version and release of a diagnosis must stand in the alerts or in a result that it cites. What stands in
 * another result is cited for it; what stands in none is struck out, and the confidence is lowered. Rounded and converted numbers count (0.714 is 71 %, 1.2 s
 * is 1200 ms), and so does what can be counted in a result.
 */
export function groundDiagnosis(given: Diagnosis, transcript: ChatMessage[]): GroundedDiagnosis {
  const struck: string[] = []
  const evidence = [...given.evidence]
  const { cited, others } = sourcesOf(given, transcript)
  const isIn: IsIn = (find) => {
    if (cited.some((source) => find(source) !== undefined)) return true
    const other = others.find((source) => find(source) !== undefined)
    if (other?.id === undefined || evidence.length >= MOST_QUOTES) return false
    evidence.push({ tool_call_id: other.id, quote: quoteAround(other.text, find(other) ?? '') })
    cited.push(other)
    return true
  }
  const strike = (found: string) => {
    struck.push(found)
    return STRUCK
  }
  const clean = cleaner(isIn, strike)
  // Advice may name what nobody has looked at yet, but no place that there may not be.
  const advise = (text: string) => clean.places(text, (found) => found.startsWith('/'))
  const { instances, routes, affected_file, line_number, component, suggested_fix, alternatives, ...rest } = given
  const named = (all: string[]) => all.filter((each) => isIn(placeFinder(each.trim())) || !strike(each))
  const isFile = affected_file !== undefined && isIn(({ text }) => (text.includes(affected_file) ? affected_file : undefined))
  if (affected_file !== undefined && !isFile) strike(affected_file)
  const isLine = line_number !== undefined && isFile && isIn(lineFinder(affected_file, line_number))
  if (isFile && line_number !== undefined && !isLine) strike(`${affected_file}:${line_number}`)
  const grounded: Diagnosis = {
    ...rest,
    root_cause: clean.all(given.root_cause),
    next_steps: given.next_steps.map(advise),
    ...(suggested_fix !== undefined && { suggested_fix: advise(suggested_fix) }),
    ...(alternatives && { alternatives: alternatives.map(clean.all) }),
    ...(isFile && { affected_file }),
    ...(isLine && { line_number }),
    ...(component !== undefined && clean.all(component) === component && { component }),
    ...(instances && { instances: named(instances) }),
    ...(routes && { routes: named(routes) }),
    evidence,
  }
  if (struck.length === 0) return { diagnosis: grounded, struck }
  return { diagnosis: { ...grounded, confidence: Math.round(given.confidence * CONFIDENCE_FACTOR * 100) / 100 }, struck }
}

/** The same for words alone, against all that was seen. */
export function strikeUnseen(text: string, seen: string): { text: string; struck: string[] } {
  const struck: string[] = []
  const source = sourceOf(seen)
  const clean = cleaner(
    (find) => find(source) !== undefined,
    (found) => {
      struck.push(found)
      return STRUCK
    },
  )
  return { text: clean.all(text), struck }
}

function sourcesOf({ evidence }: Diagnosis, transcript: ChatMessage[]): { cited: Source[]; others: Source[] } {
  const alerts = transcript.find(({ role }) => role === 'user')?.content ?? ''
  const results = [...lookResults(transcript)].map(([id, content]) => sourceOf(content, id))
  const ids = new Set(evidence.map(({ tool_call_id }) => tool_call_id))
  return {
    cited: [sourceOf(alerts), ...results.filter(({ id }) => id !== undefined && ids.has(id))],
    others: results.filter(({ id }) => id === undefined || !ids.has(id)),
  }
}

/** What of a source a claim stands on; undefined: it does not. */
type Find = (source: Source) => string | undefined
/** Whether a claim stands on something that counts. */
type IsIn = (find: Find) => boolean

/** Strikes out of a text what `isIn` does not find. */
function cleaner(isIn: IsIn, strike: (found: string) => string) {
  const places = (text: string, isFree: (found: string) => boolean = () => false) =>
    text.replace(PLACE, (found) => (isFree(found) || isIn(placeFinder(found)) ? found : strike(found)))
  return {
    places,
    all: (text: string) =>
      places(text).replace(FIGURE, (found: string, figure: string, unit: string | undefined, at: number, whole: string) =>
        isIn((source) => numberIn(source, { figure, unit: unit ?? '', before: whole.slice(0, at) })) ? found : strike(found),
      ),
  }
}

/** As it is written, or as a number that was seen. */
function numberIn({ text, numbers }: Source, figure: Figure): string | undefined {
  return seenNumber(figure, numbers()) ?? (figure.figure.length > 2 && standsAlone(text, figure.figure) ? figure.figure : undefined)
}

/** The place itself; of a file with its line, at least the two on their own in one result. */
function placeFinder(place: string): Find {
  const bare = place.replace(/[.,;:]$/, '')
  const [, file, line] = /^(.{1,800}\.\w{1,4}):(\d{1,6})$/.exec(bare) ?? []
  const atLine = file !== undefined && line !== undefined ? lineFinder(file, Number(line)) : undefined
  return (source) => (standsAlone(source.text, bare) ? bare : atLine?.(source))
}

/** Not as a part of a longer word or number. */
function standsAlone(text: string, word: string): boolean {
  if (word === '') return false
  const isPart = (char: string | undefined) => char !== undefined && /\w/.test(char)
  // A time stands behind its day's T, and a commit may be cut.
  const isFreeBefore = !/^\w/.test(word) || /^\d{1,2}:/.test(word)
  const isFreeAfter = !/\w$/.test(word) || /^[0-9a-f]{7,40}$/.test(word) || /^\d{1,2}:\d\d|^\d{4}-/.test(word)
  for (let at = text.indexOf(word); at !== -1; at = text.indexOf(word, at + 1))
    if ((isFreeBefore || !isPart(text[at - 1])) && (isFreeAfter || !isPart(text[at + word.length]))) return true
  return false
}

/** As a stack has it, `app.ts:42`, or as a line of the file's code, `42: text`. */
function lineFinder(file: string, line: number): Find {
  const name = file.slice(file.lastIndexOf('/') + 1)
  const written = [`${name}:${line}`, `${line}:`, `line ${line}`]
  return ({ text }) => {
    if (standsAlone(text, `${file}:${line}`)) return `${file}:${line}`
    return text.includes(name) ? written.find((each) => standsAlone(text, each)) : undefined
  }
}

/** So much of a result that its reader finds what was meant. */
function quoteAround(text: string, found: string): string {
  const from = Math.max(0, text.indexOf(found) - QUOTE_CHARS / 2)
  return (
    text
      .slice(from, from + QUOTE_CHARS)
      .toWellFormed()
      .trim() || text.trim().slice(0, QUOTE_CHARS)
  )
}
