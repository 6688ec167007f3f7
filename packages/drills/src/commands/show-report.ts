import { dirname, join, relative, resolve } from 'node:path'
import type { Drill } from '../drill.ts'
import { writePage } from '../report/page.ts'
import { gradeAll, scoreAll } from '../report/scores.ts'
import { closingLine, describeReport } from '../report/terminal.ts'
import { readRun } from '../run-folder.ts'

/** `drill grade` and `drill report`: from the records alone. */
export function showReport(drills: readonly Drill[], runs: readonly string[], { json, html }: { json?: true; html?: string }): string {
  const records = runs.flatMap((run) => {
    const read = readRun(run)
    // The page links to its records, wherever it lies.
    return read.records.map((each) => (html ? { ...each, file: relative(dirname(resolve(html)), join(read.folder, each.file)) } : each))
  })
  const graded = gradeAll(drills, records)
  const scores = scoreAll(drills, graded)
  if (html) writePage(html, drills, graded, scores)
  return [describeReport(graded, scores), ...(html ? [`\nThe report card: ${html}`] : []), ...(json ? [closingLine(scores)] : [])].join(
    '\n',
  )
}
