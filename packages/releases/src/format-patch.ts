import type { FilePatch, Hunk } from './patch-file.ts'

/** The hunks of a change to one file, as a unified diff has them. */
export function formatPatch({ hunks }: FilePatch): string {
  return hunks.map((hunk) => [headOf(hunk), ...hunk.lines].join('\n')).join('\n')
}

function headOf({ oldStart, newStart, lines }: Hunk): string {
  const count = (other: string) => lines.filter((line) => !line.startsWith(other)).length
  const range = (start: number, length: number) => (length === 1 ? `${start}` : `${start},${length}`)
  return `@@ -${range(oldStart, count('+'))} +${range(newStart, count('-'))} @@`
}
