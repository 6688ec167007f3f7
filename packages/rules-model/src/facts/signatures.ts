import type { FetchLogsResult, LogTemplate } from '@oncall-lab/on-call-agent/functions'
import { type ErrorKind, kindOfError } from './error-kind.ts'
import { ownFrames, type StackFrame, topOwnFrame } from './stack-frame.ts'

type LogEntry = FetchLogsResult['entries'][number]

/** Log entries that are one and the same error. */
export interface Signature {
  error: string | undefined
  /** The newest entry's message. */
  message: string
  kind: ErrorKind
  /** The topmost place in the repository's own code, and the one that called it. */
  frame: StackFrame | undefined
  caller: StackFrame | undefined
  /** Oldest first. */
  entries: LogEntry[]
  /** Part of the newest minute's entries, 0..1. */
  share: number
  routes: string[]
  /** HTTP methods of the requests that met it. */
  methods: string[]
  instances: string[]
  first: string
  last: string
}

/** With scrapes every five seconds. */
const RECENT_MS = 60_000
/** So many lines before a trouble, over so long a time, are a pace that can be compared. */
const COMPARABLE = { lines: 3, ms: 15_000, times: 1.5 }
/** An earlier trouble fills fewer. */
const MINUTES_OF_HABIT = 4

/**
 * Sorts entries into signatures; those with most entries in the log's newest minute come first. Old errors that have stopped weigh nothing, nor do
 * those from before `since` (milliseconds): they are another trouble's.
 */
export function signaturesOf(
  entries: LogEntry[],
  { since = 0, pace = 1, before }: { since?: number | undefined; pace?: number; before?: { from: number; until: number } | undefined } = {},
  templates: readonly LogTemplate[] = [],
): Signature[] {
  const newest = Math.max(...entries.map(({ ts }) => Date.parse(ts) || 0))
  const all = withStacks(entries)
  const usual = new Set([...usualWords(templates), ...(before ? steadyWords(all, before, newest) : [])])
  const recent = all.filter(
    (entry) =>
      newest - (Date.parse(entry.ts) || 0) < RECENT_MS * pace &&
      (Date.parse(entry.ts) || 0) >= since &&
      // A request that was answered well has not failed on it.
      !(entry.status !== undefined && entry.status >= 200 && entry.status < 400) &&
      !usual.has(wordsOf(entry)),
  )
  const groups = new Map<string, LogEntry[]>()
  for (const entry of all) {
    const key = identityOf(entry)
    groups.set(key, [...(groups.get(key) ?? []), entry])
  }
  const signatures = [...groups.values()].flatMap((group) => describe(group, recent))
  return signatures.sort((a, b) => b.share - a.share || b.entries.length - a.entries.length)
}

const wordsOf = ({ error, message }: { error?: string; message: string }) =>
  JSON.stringify([
    error,
    message
      .slice(0, 200)
      .replace(/["'`][^"'`]*["'`]/g, '…')
      .replace(/\b[0-9a-f]*\d[0-9a-f-]*\b/gi, '#'),
  ])

/** What the log says all the time. The time before is three times as long as the time since, so a count that is not higher now has not risen threefold. */
function usualWords(templates: readonly LogTemplate[]): Set<string> {
  const usual = templates.filter(({ before, since, minutes_before }) => minutes_before >= MINUTES_OF_HABIT && since < before)
  return new Set(usual.map(({ example, error }) => wordsOf({ message: example, ...(error !== undefined && { error }) })))
}

/** What came as often while no request failed as it comes since: those requests failed on something else. */
function steadyWords(entries: LogEntry[], { from, until }: { from: number; until: number }, newest: number): string[] {
  const groups = Map.groupBy(entries, wordsOf)
  return [...groups].flatMap(([words, group]) => {
    const early = group.filter(({ ts }) => Date.parse(ts) >= from && Date.parse(ts) < until).length
    const late = group.filter(({ ts }) => Date.parse(ts) >= until).length
    if (early < COMPARABLE.lines || until - from < COMPARABLE.ms || newest - until < COMPARABLE.ms) return []
    return late / (newest - until) <= (COMPARABLE.times * early) / (until - from) ? [words] : []
  })
}

/** A stack that repeats may stand only with its newest entry: an entry without one takes that of the next like it. */
function withStacks(entries: LogEntry[]): LogEntry[] {
  const known = new Map<string, string>()
  const told = entries.toReversed().map((entry) => {
    const alike = [JSON.stringify([entry.error, entry.message, entry.method, entry.route]), JSON.stringify([entry.error, entry.message])]
    const stack = entry.stack ?? alike.map((key) => known.get(key)).find((text) => text !== undefined)
    if (stack === undefined) return entry
    for (const key of alike) known.set(key, stack)
    return { ...entry, stack }
  })
  return told.toReversed()
}

/** What stays the same from one occurrence to the next: the class, the place, and the message without its numbers and names. */
function identityOf(entry: LogEntry): string {
  const { error, message, stack } = entry
  const frame = topOwnFrame(stack)
  const words = message.replace(/["'`][^"'`]*["'`]/g, '…').replace(/\b[0-9a-f]*\d[0-9a-f-]*\b/gi, '#')
  return JSON.stringify([error, frame ? [frame.file, frame.line] : words, kindOfError(entry)])
}

function describe(group: LogEntry[], recent: LogEntry[]): Signature[] {
  const newest = group.at(-1)
  const oldest = group[0]
  if (!newest || !oldest) return []
  const counted = new Set(recent)
  return [
    {
      error: newest.error,
      message: newest.message,
      kind: kindOfError(newest),
      frame: topOwnFrame(newest.stack),
      caller: ownFrames(newest.stack)[1],
      entries: group,
      share: group.filter((entry) => counted.has(entry)).length / Math.max(recent.length, 1),
      routes: distinct(group.flatMap(({ route }) => (route === undefined ? [] : [route]))),
      methods: distinct(group.flatMap(({ method }) => (method === undefined ? [] : [method]))),
      instances: distinct(group.map(({ instance }) => instance)),
      first: oldest.ts,
      last: newest.ts,
    },
  ]
}

/** The topmost place in the own code that at least four fifths of the entries have in their stacks: where different errors come together. */
export function sharedFrame(signatures: Signature[]): StackFrame | undefined {
  const stacks = signatures.flatMap(({ entries }) => entries.map(({ stack }) => ownFrames(stack)))
  const holds = (frames: StackFrame[], { file, line }: StackFrame) => frames.some((other) => other.file === file && other.line === line)
  const candidates = stacks.find((frames) => frames.length > 0) ?? []
  return (
    candidates.find((frame) => stacks.filter((frames) => holds(frames, frame)).length >= 0.8 * stacks.length) ??
    signatures.find(({ frame }) => frame)?.frame
  )
}

function distinct(values: string[]): string[] {
  return [...new Set(values)].sort()
}
