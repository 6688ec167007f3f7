/** A text cut in three: before what was quoted, the quoted part, and after it. */
export type Found = [before: string, quoted: string, after: string]

/** Finds a quote in a result that is shown with other line breaks and spaces than it had; undefined when it is not there. */
export function findQuote(text: string, quote: string): Found | undefined {
  const wanted = quote.replace(/\s+/g, '')
  if (wanted === '') return undefined
  const places: number[] = []
  let dense = ''
  for (let i = 0; i < text.length; i++) {
    const letter = text[i] ?? ''
    if (/\s/.test(letter)) continue
    dense += letter
    places.push(i)
  }
  const at = dense.indexOf(wanted)
  const [start, last] = [places[at], places[at + wanted.length - 1]]
  if (at === -1 || start === undefined || last === undefined) return undefined
  return [text.slice(0, start), text.slice(start, last + 1), text.slice(last + 1)]
}
