import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createContext, Script } from 'node:vm'
import { parseSync, Visitor } from 'oxc-parser'
import { expect, it } from 'vitest'

// Every regular expression of the repository is given long texts made of its own parts. What backtracks needs seconds for them, what does not under a millisecond.

const ROOT = join(import.meta.dirname, '..')
const CHARS = 30_000
/** One text: under a millisecond when nothing backtracks, half a second and more when it does. */
const LIMIT_MS = 250
/** All texts of a pattern together: mostly a few milliseconds. */
const ALL_LIMIT_MS = 400

interface Found {
  file: string
  pattern: string
  flags: string
}

/** Literals, `new RegExp('…')` and the `pattern` of schemas; tests and their parts read nothing from outside. */
function findAll(): Found[] {
  const files = globSync('{packages,bench}/**/*.{ts,tsx,js,mjs}', {
    cwd: ROOT,
    exclude: ['**/node_modules/**', '**/*.test.ts', '**/test-parts/**', '**/dist/**'],
  })
  return files.flatMap((file) => {
    const found: Found[] = []
    const { program } = parseSync(file, readFileSync(join(ROOT, file), 'utf8'))
    new Visitor({
      Literal(node) {
        if ('regex' in node && node.regex) found.push({ file, pattern: node.regex.pattern, flags: node.regex.flags })
      },
      Property({ key, value }) {
        const isPattern = key.type === 'Identifier' && key.name === 'pattern'
        if (isPattern && value.type === 'Literal' && typeof value.value === 'string') found.push({ file, pattern: value.value, flags: '' })
      },
      NewExpression({ callee, arguments: [first] }) {
        const isRegExp = callee.type === 'Identifier' && callee.name === 'RegExp'
        if (isRegExp && first?.type === 'Literal' && typeof first.value === 'string') found.push({ file, pattern: first.value, flags: '' })
      },
    }).visit(program)
    return found
  })
}

const CLASSES: Record<string, string> = { s: ' ', d: '1', w: 'a', S: 'a', D: 'a', W: ' ', n: '\n', r: '\r', t: '\t', b: '', B: '' }

/** A class may be written for Unicode mode alone. */
function fits(atom: string, char: string): boolean {
  return new RegExp(atom, /\\u\{|\\[pP]\{/.test(atom) ? 'u' : '').test(char)
}

/** Characters that the atoms of the pattern match, in order. */
function partsOf(pattern: string): string[] {
  const parts: string[] = []
  for (const [atom] of pattern.matchAll(
    /\\u\{?[0-9A-Fa-f]{1,6}\}?|\\[pP]\{[^}]{1,40}\}|\\.|\[\^?(?:\\.|[^\]\\])*\]|[^\\[\](){}|*+?^$]|\./g,
  )) {
    if (atom === '.') parts.push('a')
    else if (atom.startsWith('[^')) parts.push(['a', ' ', '1', '-', '"'].find((each) => fits(atom, each)) ?? 'a')
    else if (atom.startsWith('['))
      parts.push(
        ...['a', '1', ' ', '-', '.', atom[1] === '\\' ? (CLASSES[atom[2] ?? ''] ?? atom[2] ?? '') : (atom[1] ?? '')]
          .filter((each) => each !== '' && fits(atom, each))
          .slice(0, 2),
      )
    else if (/^\\[uU pP]/.test(atom)) parts.push('a')
    else if (atom.startsWith('\\')) parts.push(CLASSES[atom[1] ?? ''] ?? atom[1] ?? '')
    else parts.push(atom)
  }
  return parts.filter((part) => part !== '')
}

/** Long texts out of one part, of neighbouring parts, and of the whole, after what comes before them. */
function hostileTexts(pattern: string): string[] {
  const parts = partsOf(pattern)
  const pumps = new Set(['a', ' ', '\n', '1', 'a.', 'a ', ...parts])
  for (let length = 2; length <= 4; length += 1)
    for (let i = 0; i + length <= Math.min(parts.length, 40); i += 1) pumps.add(parts.slice(i, i + length).join(''))
  if (parts.length > 0) pumps.add(parts.join(''))
  const heads = ['', ...new Set(parts.slice(0, 12).map((_, i) => parts.slice(0, i + 1).join('')))]
  const whole = [...pumps].map((pump) => pump.repeat(Math.ceil(CHARS / pump.length)).slice(0, CHARS))
  // Behind its beginning only single parts are pumped: more would take minutes and has found nothing.
  const single = [...new Set(parts)].slice(0, 6)
  return [
    ...whole.map((text) => `${text}\u0001`),
    ...heads.slice(1).flatMap((head) => single.map((pump) => `${head}${pump.repeat(CHARS / pump.length)}\u0001`)),
  ]
}

const sandbox: { regex: RegExp; texts: string[] } = { regex: /x/, texts: [] }
const context = createContext(sandbox)
const REPLACE_ALL = new Script('for (const each of texts) { regex.lastIndex = 0; each.replace(regex, "") }')

/** The first text that takes too long, or undefined. The texts are tried one by one only where all together take long; on a busy machine a text gets a second try. */
function slowText({ pattern, flags }: Found): string | undefined {
  const texts = hostileTexts(pattern)
  sandbox.regex = new RegExp(pattern, flags.includes('g') ? flags : `${flags}g`)
  const isQuick = (some: string[], timeout: number) => {
    sandbox.texts = some
    try {
      REPLACE_ALL.runInContext(context, { timeout })
      return true
    } catch (error) {
      if (typeof error === 'object' && error !== null && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return false
      throw error
    }
  }
  return isQuick(texts, ALL_LIMIT_MS) ? undefined : texts.find((text) => !isQuick([text], LIMIT_MS) && !isQuick([text], LIMIT_MS))
}

it('finds what is known to backtrack', () => {
  const known = ['(a+)+$', '\\b[a-z][a-z0-9+.-]*:\\/\\/', '\\s+$', '(?:a|a)*b', '.*,.*;']
  expect(known.filter((pattern) => slowText({ file: '', pattern, flags: '' }) === undefined)).toEqual([])
})

/** Read only what we wrote ourselves, or a text of bounded length; each with the reason. */
const BOUNDED: [expression: RegExp, reason: string][] = [
  [
    /\b(is it|is this|are we|is everything|is that|has it|did it|is)\b.*\b(still|happening|ongoing|going on|over|stopped|fixed|recovered|better|resolved|gone|ok now|fine now|back|stop|recover|green|worse)\b/,
    'a message of a person has at most 1,600 characters',
  ],
  [/(?:^|\n|\\n)[ \t-]*[\w.-]*$/, 'its text is a slice of 60 characters'],
]

it('no regular expression of the repository takes more than linear time', { timeout: 300_000 }, () => {
  const all = findAll()
  expect(all.length).toBeGreaterThan(100)
  const distinct = [...new Map(all.map((each) => [`${each.pattern}/${each.flags}`, each])).values()]
  const slow = distinct.flatMap((each) => {
    const text = slowText(each)
    return text === undefined || BOUNDED.some(([expression]) => String(expression) === `/${each.pattern}/${each.flags}`)
      ? []
      : [`${each.file}: /${each.pattern}/${each.flags} on ${JSON.stringify(text.slice(0, 24))}…`]
  })
  expect(slow).toEqual([])
})
