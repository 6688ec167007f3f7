/** How soon a Prometheus shows what it measures, around some time; both in seconds. */
export interface Pace {
  /** From one scrape of a target to the next. */
  interval: number
  /** A sample is stored under the time at which its scrape began, and to be seen this much later at most: the longest scrape, and the time to store it. */
  late: number
}

/** A value that a query is said to have given. */
export interface SaidValue {
  query: string
  /** Unix seconds. */
  at: number
  value: number | null
  /** By how much a value of the reporter may be rounded; 0 when it is said to the last digit. */
  rounding: number
}

/** What the query gives for a time (Unix seconds); undefined without data. */
export type Ask = (query: string, at: number) => Promise<number | undefined>

/** Floating-point sums over the same samples may be added up in another order. */
const DIGITS = 1e-9
/** Into how many looks the time is cut in which a scrape may have been under way. */
const LOOKS = 8
/** `extrapolatedRate` of Prometheus reaches to the end of its window when the last sample is at most 1.1 intervals before it, else half an interval far. */
const REACHES = 1.1

/**
 * Whether a query gives its value again. What a first look saw were the samples up to its time, but for those whose scrape was under way just then: with timestamps
 * in the last `late` seconds. So it is asked again for that time, and if need be as of each moment of those seconds, with windows that begin where
 * they began then. The samples are the same ones, and so is every function of them but for what `rate` extrapolates to the ends of its window (`extrapolationOf`).
 */
export async function givesAgain(ask: Ask, { query, at, value, rounding }: SaidValue, { interval, late }: Pace): Promise<boolean> {
  for (let look = 0; look <= LOOKS; look += 1) {
    const back = Math.round(((late * look) / LOOKS) * 1_000) / 1_000 // Durations of PromQL are whole milliseconds.
    const now = await ask(look === 0 ? query : asOf(query, back), at - back)
    if (value === null || now === undefined) {
      if (value === null && now === undefined) return true
      continue
    }
    const { short, over } = look === 0 ? EXACT : extrapolationOf(query, interval, back)
    const slack = rounding + DIGITS * Math.max(1, Math.abs(now))
    const [least = now, most = now] = [now * (1 - short), now * (1 + over)].toSorted((a, b) => a - b)
    if (value >= least - slack && value <= most + slack) return true
  }
  return false
}

const EXACT = { short: 0, over: 0 }

/**
 * By which shares the first look may have been lower and higher: its window was longer by `back`. Lower, where its last sample was too old for it to be extrapolated to its
 * end; higher, where a counter is so young that it is not extrapolated beyond its zero, which may be up to an interval after the window's beginning.
 */
function extrapolationOf(query: string, interval: number, back: number): typeof EXACT {
  const windows = [...query.matchAll(/\[([\dsmhdwy.]+)\]/g)].map(([, text = '']) => secondsOf(text))
  if (windows.length === 0 || !/\b(rate|increase|delta)\s*\(/.test(query)) return EXACT
  const window = Math.min(...windows)
  const isShort = interval + back > interval * REACHES
  return {
    short: isShort ? Math.min(1, (interval / 2 + back) / window) : 0,
    over: window > back ? (interval / window) * (back / (window - back)) : 0,
  }
}

/** The query as it has to be asked `back` seconds earlier for its windows to begin where they began: each is that much shorter, or looks that much less far back. */
export function asOf(query: string, back: number): string {
  return query.replaceAll(
    /\[([\dsmhdwy.]+)\](?:(\s+offset\s+)([\dsmhdwy.]+))?|(\boffset\s+)([\dsmhdwy.]+)/g,
    (_, window, between, offset, alone, far) => {
      if (alone !== undefined) return `${alone}${textOf(secondsOf(far) - back)}`
      if (offset !== undefined) return `[${window}]${between}${textOf(secondsOf(offset) - back)}`
      return `[${textOf(secondsOf(window) - back)}]`
    },
  )
}

/** `0.61` may stand for anything that is rounded to it. */
export function roundingOf(value: number): number {
  const [digits = '', exponent = '0'] = String(value).split('e')
  const decimals = digits.split('.')[1]?.length ?? 0
  return 0.5 * 10 ** (Number(exponent) - decimals)
}

const UNITS: Record<string, number> = { ms: 0.001, s: 1, m: 60, h: 3_600, d: 86_400, w: 604_800, y: 31_536_000 }

/** A duration of PromQL, `1m30s`, in seconds. */
function secondsOf(text: string): number {
  return [...text.matchAll(/(\d+)(ms|[smhdwy])/g)].reduce((sum, [, count, unit = 's']) => sum + Number(count) * (UNITS[unit] ?? 0), 0)
}

/** A duration of PromQL; never none. */
function textOf(seconds: number): string {
  return `${Math.max(1, Math.round(seconds * 1_000))}ms`
}
