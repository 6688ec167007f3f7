import type { FetchCodeResult } from '@oncall-lab/on-call-agent/functions'
import type { Signature } from './signatures.ts'

/** Whether the line that a stack names can throw what the log says. */
export interface CodeCheck {
  kind: 'fits' | 'does_not_fit' | 'not_decidable'
  /** The line's text, trimmed. */
  line: string
  /** The expression that was null or undefined, where the line shows it. */
  culprit: string | undefined
  /** Where that expression gets its value, as far as the fetched lines show. */
  origin: { line: number; text: string } | undefined
}

/** Reads the line of the signature's frame out of fetched code; undefined when the code does not hold that line. */
export function checkCode({ message, frame }: Signature, { code }: FetchCodeResult): CodeCheck | undefined {
  if (!frame) return undefined
  const lines = new Map(code.split('\n').flatMap(readNumberedLine))
  const line = lines.get(frame.line)
  if (line === undefined) return undefined
  const expected = expectedIn(message)
  if (expected === undefined)
    return {
      kind: messageIsOn(message, frame.line, lines) ? 'fits' : 'not_decidable',
      line: line.trim(),
      culprit: undefined,
      origin: undefined,
    }
  const access = findAccess(line, expected)
  if (access === undefined) return { kind: 'does_not_fit', line: line.trim(), culprit: undefined, origin: undefined }
  const culprit = access === '' ? undefined : access
  return { kind: 'fits', line: line.trim(), culprit, origin: culprit === undefined ? undefined : findOrigin(culprit, frame.line, lines) }
}

function readNumberedLine(text: string): [number, string][] {
  const [, number, line] = /^\s*(\d+): ?(.*)$/.exec(text) ?? []
  return number === undefined || line === undefined ? [] : [[Number(number), line]]
}

type Expected = { property: string } | { identifier: string }

/** What V8's message says about the code: the property that was read or set, or the name that was called or missing. */
function expectedIn(message: string): Expected | undefined {
  const property = /Cannot (?:read|set) propert(?:y|ies) (?:of (?:null|undefined) \((?:reading|setting) '([^']+)'\)|'([^']+)' of)/.exec(
    message,
  )
  const name = property?.[1] ?? property?.[2]
  if (name !== undefined) return { property: name }
  const identifier = /(?<![\w$])([\w$]+)(?:\(\.\.\.\))? is not (?:a function|defined|iterable|a constructor)/.exec(message)?.[1]
  return identifier === undefined ? undefined : { identifier }
}

/** The expression before the property ('' where there is none to name), or undefined when the line lacks the name. */
function findAccess(line: string, expected: Expected): string | undefined {
  if ('identifier' in expected) return wordIn(line, expected.identifier) ? '' : undefined
  const name = escapePattern(expected.property)
  const access = new RegExp(`([\\w$][\\w$.?!()[\\]]*?)!?\\s*(?:\\.${name}(?![\\w$])|\\[['"\`]?${name}['"\`]?\\])`).exec(line)
  if (access?.[1] !== undefined) return access[1]
  const destructured = new RegExp(`\\{[^}]*(?<![\\w$])${name}(?![\\w$])[^}]*\\}\\s*=\\s*(?:await\\s+)?([\\w$][\\w$.]*)`).exec(line)
  if (destructured?.[1] !== undefined) return destructured[1]
  // A pattern or a chain that goes over several lines.
  return new RegExp(`^\\s*\\??\\.${name}(?![\\w$])|[{,]\\s*${name}\\s*[,:=}]`).test(line) ? '' : undefined
}

function findOrigin(culprit: string, before: number, lines: Map<number, string>): CodeCheck['origin'] {
  const base = /^[\w$]+/.exec(culprit)?.[0]
  if (base === undefined || base === 'this') return undefined
  const assignment = new RegExp(`(?:(?:const|let|var)\\s+|^\\s*)${escapePattern(base)}(?:\\s*:[^=]+)?\\s*=(?!=)`)
  const above = [...lines].filter(([number, text]) => number < before && assignment.test(text)).sort(([a], [b]) => b - a)[0]
  return above && { line: above[0], text: above[1].trim() }
}

/** True when a literal part of the message stands on the line or the two around it: `throw new Error('…')`. */
function messageIsOn(message: string, number: number, lines: Map<number, string>): boolean {
  const nearby = [number - 1, number, number + 1].map((at) => lines.get(at) ?? '').join('\n')
  const pieces = message.split(/["'`\d]+|\b[0-9a-f]{8}-[0-9a-f-]+/).map((piece) => piece.trim())
  return pieces.some((piece) => piece.length >= 8 && nearby.includes(piece))
}

function wordIn(line: string, word: string): boolean {
  return new RegExp(`(?<![\\w$])${escapePattern(word)}(?![\\w$])`).test(line)
}

function escapePattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
