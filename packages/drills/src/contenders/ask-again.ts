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

/** What a query gives for a time (Unix seconds); undefined without data. */
type Ask = (query: string, at: number) => Promise<number | undefined>

/** Whom to ask again. */
export interface Witness {
  /** The value of the series that is meant. */
  value: Ask
  /** The value of a query that gives one number. */
  number: Ask
}

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
export async function givesAgain(witness: Witness, { query, at, value, rounding }: SaidValue, pace: Pace): Promise<boolean> {
  for (let look = 0; look <= LOOKS; look += 1) {
    const back = Math.round(((pace.late * look) / LOOKS) * 1_000) / 1_000 // Durations of PromQL are whole milliseconds.
    const now = await witness.value(look === 0 ? query : asOf(query, back), at - back)
    if (value === null || now === undefined) {
      if (value === null && now === undefined) return true
      continue
    }
    const exact = rounding + DIGITS * Math.max(1, Math.abs(now))
    if (Math.abs(value - now) <= exact) return true
    const spread = look === 0 ? 0 : await extrapolationOf(witness, { query, at }, { ...pace, late: back })
    if (Math.abs(value - now) <= exact + spread * Math.abs(now)) return true
  }
  return false
}

const DURATION = String.raw`(?:\d+(?:ms|[smhdwy]))+`
const RANGE = new RegExp(String.raw`([a-zA-Z_:][\w:]*(?:\{[^{}]*\})?)\[(${DURATION})\]`, 'g')

/**
 * By which share the first look may have been another one although it saw the same samples: its window was longer by `late`, so `rate` divided by more (`late / window`);
 * and reached further, where the last sample is too old for it to reach the end (half an interval), or where the series is younger than its window. Of a quotient or a quantile one side
 * may be affected and the other not.
 */
async function extrapolationOf(
  { number }: Witness,
  { query, at }: Pick<SaidValue, 'query' | 'at'>,
  { interval, late }: Pace,
): Promise<number> {
  const ranges = [...query.matchAll(RANGE)].map(([, selector = '', text = '']) => ({ selector, text, seconds: secondsOf(text) }))
  if (ranges.length === 0 || !/\b(rate|increase|delta)\s*\(/.test(query)) return 0
  const spreads = ranges.map(async ({ selector, text, seconds }) => {
    const samples = await number(`min(count_over_time(${selector}[${text}]) > 1)`, at - late)
    const covered = Math.min(seconds, Math.max(1, (samples ?? 2) - 1) * interval)
    if (seconds <= late || covered <= late) return 0
    const reach = interval + late > interval * REACHES ? interval / 2 + late : late
    const [over, short] = [(1 - late / seconds) / (1 - late / covered) - 1, reach / seconds]
    return short < 1 ? (1 + over) / (1 - short) - 1 : 0
  })
  return Math.max(...(await Promise.all(spreads)))
}

const SPAN = new RegExp(String.raw`\[(${DURATION})\](?:(\s+offset\s+)(${DURATION}))?|(\boffset\s+)(${DURATION})`, 'g')

/** The query as it has to be asked `back` seconds earlier for its windows to begin where they began: each is that much shorter, or looks that much less far back. */
export function asOf(query: string, back: number): string {
  return query.replaceAll(SPAN, (_, window, between, offset, alone, far) => {
    if (alone !== undefined) return `${alone}${textOf(secondsOf(far) - back)}`
    if (offset !== undefined) return `[${window}]${between}${textOf(secondsOf(offset) - back)}`
    return `[${textOf(secondsOf(window) - back)}]`
  })
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
  return [...text.matchAll(/(?<!\d)(\d+)(ms|[smhdwy])/g)].reduce(
    (sum, [, count, unit = 's']) => sum + Number(count) * (UNITS[unit] ?? 0),
    0,
  )
}

/** A duration of PromQL; never none. */
function textOf(seconds: number): string {
  return `${Math.max(1, Math.round(seconds * 1_000))}ms`
}
