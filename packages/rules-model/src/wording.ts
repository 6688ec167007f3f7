/** 0.831 as `83 %`; small parts keep a digit. */
export function percent(share: number): string {
  const value = share * 100
  return `${value > 0 && value < 9.95 ? value.toFixed(1) : Math.round(value)} %`
}

/** Seconds as a person says them. */
export function duration(seconds: number): string {
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`
  if (seconds < 100) return `${Number(seconds.toFixed(1))} s`
  return seconds < 5_400 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`
}

/** Bytes in MiB or GiB. */
export function mebibytes(bytes: number): string {
  const size = bytes / 1_048_576
  return Math.abs(size) >= 1024 ? `${(size / 1024).toFixed(1)} GiB` : `${size.toFixed(Math.abs(size) < 10 ? 1 : 0)} MiB`
}

/** `a`, `a and b`, `a, b and c`. */
export function list(words: string[]): string {
  return words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`
}

/** One line of at most `length` characters, made of text that somebody else wrote. */
export function excerpt(text: string, length: number): string {
  const line = text.replace(/\s+/g, ' ').trim()
  return line.length <= length ? line : `${line.slice(0, length - 1).trimEnd()}…`
}

/** Cuts at the end of the last sentence or word that fits. */
export function fit(text: string, length: number): string {
  if (text.length <= length) return text
  const cut = text.slice(0, length - 1)
  return `${cut.slice(0, Math.max(cut.lastIndexOf(' '), length / 2))}…`
}

/** A rate per second with its unit. */
export function perSecond(rate: number): string {
  return `${rate >= 10 ? Math.round(rate) : Number(rate.toFixed(rate >= 1 ? 1 : 2))} requests/s`
}

/** A time of day in UTC, e.g. `14:03:09 UTC`. */
export function clock(time: number | string): string {
  const iso = new Date(time).toJSON()
  return iso === null ? String(time) : `${iso.slice(11, 19)} UTC`
}

/** A clause as a sentence; a name at its beginning stays as it is. */
export function sentence(clause: string): string {
  return /^[a-z][a-z]*(?=[\s,’'])/.test(clause) ? `${clause.charAt(0).toUpperCase()}${clause.slice(1)}.` : `${clause}.`
}
