import { LabError } from './errors.ts'

/** Nothing that is sent here is nested deeper. Whoever checks, merges or writes out a value goes into itself at each level, and has an end. */
const MOST_LEVELS = 100

const QUOTE = 34
const BACKSLASH = 92
const OPENERS = [91, 123]
const CLOSERS = [93, 125]

/** Whether JSON is nested deeper than anything that is taken; reads the text once, and does not ask whether it is JSON. */
export function nestsTooDeep(text: string): boolean {
  let level = 0
  let inText = false
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i)
    if (inText) {
      if (code === BACKSLASH) i += 1
      else if (code === QUOTE) inText = false
    } else if (code === QUOTE) inText = true
    else if (OPENERS.includes(code)) {
      level += 1
      if (level > MOST_LEVELS) return true
    } else if (CLOSERS.includes(code)) level -= 1
  }
  return false
}

const COMMA = 44

/** Whether JSON holds more values than this, keys counted with theirs; reads the text once at most, and does not ask whether it is JSON. */
export function holdsMoreValues(text: string, most: number): boolean {
  let commas = 0
  let inText = false
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i)
    if (code === BACKSLASH && inText) i += 1
    else if (code === QUOTE) inText = !inText
    else if (code === COMMA && !inText) {
      commas += 1
      if (commas >= most) return true
    }
  }
  return false
}

/** Of a body that nests too deep. */
export const tooDeep = () =>
  new LabError(`body must be JSON of at most ${MOST_LEVELS} levels`, { code: 'nested_too_deep', status: 400, field: 'body' })
