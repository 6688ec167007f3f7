import type { FilePatch, Hunk } from './patch-file.ts'

/** The files after a patch, and the patch with the lines where it really went. */
interface Applied {
  files: Map<string, Buffer>
  patches: FilePatch[]
}

const MOST_FUZZ = 3

/** Applies patches to files, as `git apply` does; a hunk may have moved up or down. @throws Error that names the file where one does not fit. */
export function applyPatches(files: ReadonlyMap<string, Buffer>, patches: readonly FilePatch[]): Applied {
  const after = new Map(files)
  const placed = patches.map((patch) => {
    const { path, status } = patch
    const before = after.get(path)
    if ((before === undefined) !== (status === 'added')) throw new Error(`${path} is ${before ? 'there already' : 'not there'}`)
    const { text, hunks } = applyTo(before?.toString('utf8') ?? '', patch)
    if (status === 'removed') after.delete(path)
    else after.set(path, Buffer.from(text))
    return { path, status, hunks }
  })
  return { files: after, patches: placed }
}

/** The patch that undoes it. */
export function reversePatch({ path, status, hunks }: FilePatch): FilePatch {
  const opposite = { added: 'removed', removed: 'added', modified: 'modified' } as const
  return { path, status: opposite[status], hunks: hunks.map(reverseHunk) }
}

function reverseHunk({ oldStart, newStart, lines }: Hunk): Hunk {
  const swapped = lines.map((line) => (line.startsWith('+') ? `-${line.slice(1)}` : line.startsWith('-') ? `+${line.slice(1)}` : line))
  return { oldStart: newStart, newStart: oldStart, lines: swapped }
}

function applyTo(text: string, { path, hunks }: FilePatch): { text: string; hunks: Hunk[] } {
  const lines = text === '' ? [] : text.replace(/\n$/, '').split('\n')
  const placed: Hunk[] = []
  let grown = 0
  for (const { oldStart, lines: whole } of hunks) {
    const place = findPlace(lines, whole, Math.max(0, oldStart - 1 + grown))
    if (!place) throw new Error(`${path} is not as the patch expects it at line ${oldStart}`)
    const { at, body } = place
    const [before, after] = [without('+', body), without('-', body)]
    lines.splice(at, before.length, ...after)
    placed.push({ oldStart: before.length === 0 ? 0 : at + 1 - grown, newStart: after.length === 0 ? 0 : at + 1, lines: body })
    grown += after.length - before.length
  }
  return { text: lines.length === 0 ? '' : `${lines.join('\n')}\n`, hunks: placed }
}

/** Where a hunk goes; as patch(1) does, with fewer lines of its context where all of them are not found. */
function findPlace(lines: readonly string[], whole: readonly string[], expected: number): { at: number; body: string[] } | undefined {
  for (let fuzz = 0; fuzz <= MOST_FUZZ; fuzz++) {
    const head = Math.min(fuzz, contextOf(whole))
    const tail = Math.min(fuzz, contextOf(whole.toReversed()))
    const body = whole.slice(head, whole.length - tail)
    const at = find(lines, without('+', body), expected + head)
    if (at !== undefined) return { at, body }
  }
  return undefined
}

/** How many lines of context a hunk begins with. */
function contextOf(lines: readonly string[]): number {
  return Math.max(
    0,
    lines.findIndex((line) => !line.startsWith(' ')),
  )
}

/** The lines of one side, without their first characters. */
function without(sign: '+' | '-', body: readonly string[]): string[] {
  return body.filter((line) => !line.startsWith(sign)).map((line) => line.slice(1))
}

/** Where these lines stand, as near to `expected` as there are. */
function find(lines: readonly string[], wanted: readonly string[], expected: number): number | undefined {
  const fits = (at: number) => at >= 0 && at + wanted.length <= lines.length && wanted.every((line, i) => lines[at + i] === line)
  for (let distance = 0; distance <= lines.length; distance++) {
    if (fits(expected - distance)) return expected - distance
    if (fits(expected + distance)) return expected + distance
  }
  return undefined
}
