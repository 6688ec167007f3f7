/** A piece of a function's result as people read it aloud; the words and figures stay as they are. */
export const quoteInWords = (quote: string): string => readMembers(readSamples(quote))

/** A point of a series, `["2026-11-21T10:00:00.000Z",0.98227]`. */
const SAMPLE = /\["\d{4}-\d\d-\d\dT(\d\d:\d\d:\d\d)[.\d]*Z",(-?\d[\d.e+-]*)\]/g

/** Points as people say them: `0.982 at 10:00:00Z`, and a course as its first and last point, with the instance that it is of. */
function readSamples(quote: string): string {
  const samples = [...quote.matchAll(SAMPLE)].map(([, time, value]) => `${BRIEF.format(Number(value))} at ${time}Z`)
  const instance = /"instance":"([^"]+)"/.exec(quote)?.[1]
  if (samples.length === 0) return quote
  const course = samples.length === 1 ? samples[0] : `${samples[0]} … ${samples.at(-1)}`
  return `${instance ? `${instance}: ` : ''}${course}`
}

/** Three digits: `0.982`, `378M`. */
const BRIEF = new Intl.NumberFormat('en-US', { notation: 'compact', maximumSignificantDigits: 3 })

/** Members of a JSON object, `"error_rate":0.824,"window_seconds":15`, without the signs that nobody reads aloud. */
function readMembers(quote: string): string {
  if (!/^"\w+":/.test(quote)) return quote
  return quote
    .replace(/"(\w+)":\s*\{/g, '$1: ')
    .replace(/"(\w+)":\s*/g, '$1 ')
    .replace(/[{}"]/g, '')
    .replace(/,(?=\S)/g, ', ')
}
