/** A ref that stands alone and with a capital letter: "I3", "*I3*", "I3?"; not "i3.xlarge", "roi1", "I3/4". */
const CAPITAL = /(?<![\p{L}\p{N}_./\\-])I(\d{1,9})(?![\p{L}\p{N}_]|[./\\-][\p{L}\p{N}])/gu
/** "incident 3", "Vorfall Nr. 3", "incidente i3". */
const SPELLED =
  /(?<!\p{L})(?:incidents?|vorfall|vorfalls|incidente|incidencia)\s{1,3}(?:#|no\.?|nr\.?|number|nummer|numero|número)?\s{0,3}i?(\d{1,9})(?![\p{L}\p{N}_]|[./\\-][\p{L}\p{N}])/giu
/** A message that is nothing but a ref may be written small. */
const BARE = /^[^\p{L}\p{N}]*i(\d{1,9})[^\p{L}\p{N}]*$/iu

/** The incidents that a message names, each once, in order: `I3`. Whether they exist is not known here. */
export function readRefs(text: string): string[] {
  const bare = BARE.exec(text)?.[1]
  if (bare !== undefined) return [`I${Number(bare)}`]
  const found = [...text.matchAll(CAPITAL), ...text.matchAll(SPELLED)].sort((a, b) => a.index - b.index)
  return [...new Set(found.map(([, digits]) => `I${Number(digits)}`))]
}

/** True when a message says nothing beside its ref: the answer to "which one?". */
export function isOnlyRef(text: string): boolean {
  return (
    readRefs(text).length === 1 &&
    /^[\s\p{P}\p{S}]*(?:(?:the|for|i|mean|meant|sorry|it|is|das|ist|ich|meine|la|el|es|please|bitte|one)[\s\p{P}\p{S}]+)*$/iu.test(
      `${withoutRefs(text)} `,
    )
  )
}

/** The text without its refs and the word that introduces them, so that no reader takes one for a name. */
export function withoutRefs(text: string): string {
  return BARE.test(text)
    ? ''
    : text.replace(
        new RegExp(`(?:(?<!\\p{L})(?:for|about|regarding|für|zu|para|sobre)\\s{1,3})?(?:${SPELLED.source}|${CAPITAL.source})`, 'giu'),
        ' ',
      )
}
