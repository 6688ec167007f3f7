import { CodeDiffResult, ListChangesResult } from '@oncall-lab/on-call-agent/look-functions'
import type { Facts } from '../facts/facts.ts'
import type { Question } from '../facts/metric-queries.ts'
import { quoteFrom } from '../quote.ts'
import { excerpt, list } from '../wording.ts'
import { CHANGES, recentChange } from './recent-change.ts'
import { defineSignal, EMPTY, seen, unread } from './signal.ts'

/** What the release changed that was put in place shortly before: whether it touched the place that the stacks name. */
export const codeDiff = defineSignal({
  about: 'what the release changed',
  source: 'diff',
  levels: ['touches', 'same_file', 'elsewhere'],
  abnormal: ['touches'],
  questions: (facts) => {
    const question = diffQuestion(facts)
    return question ? [question] : []
  },
  read: (facts) => {
    const question = diffQuestion(facts)
    if (!question) return EMPTY
    const reading = facts.result(CodeDiffResult, question)
    if (reading.kind !== 'seen') return unread(reading) ?? EMPTY
    const { files, commits } = reading.value
    const frame = facts.logs.kind === 'seen' ? facts.logs.value.signatures.find(({ share, frame }) => share > 0 && frame)?.frame : undefined
    const own = files.filter(({ path }) => frame && isSameFile(path, frame.file))
    const touching = own.find(({ patch }) => frame && touches(patch, frame.line))
    const named = touching ?? own[0] ?? files[0]
    const title = commits.find(({ sha }) => named && sha.startsWith(named.commit))?.message ?? commits[0]?.message
    const notes = title
      ? [`It brought "${excerpt(title, 100)}"${named ? `, which changes ${list(files.slice(0, 3).map(({ path }) => path))}` : ''}.`]
      : []
    const quote = quoteFrom(reading.call, ...(title ? [title] : []), named?.path ?? '')
    if (touching && frame)
      return seen('touches', `the release changed ${frame.file} at the line that the stack names`, { quote, notes, text: touching.path })
    return own.length > 0
      ? seen('same_file', `the release changed ${own[0]?.path}, the file that the stack names`, { quote, notes })
      : seen('elsewhere', `the release changed ${list(files.slice(0, 3).map(({ path }) => path)) || 'no file that was read'}`, {
          quote,
          notes,
        })
  },
})

/** From the release before to the present one, where a deploy met the beginning, or where instances run different ones. */
function diffQuestion(facts: Facts): Question | undefined {
  const found = recentChange.read(facts)
  const changes = facts.result(ListChangesResult, CHANGES)
  if (found.kind === 'seen' && found.level === 'release' && changes.kind === 'seen') {
    const deploy = changes.value.changes.find(({ commit, from_commit, release }) => commit && from_commit && release === found.notes?.[0])
    if (deploy) return ask(deploy.from_commit, deploy.commit)
  }
  const commits =
    facts.instances.kind === 'seen'
      ? [...new Set(facts.instances.value.instances.toSorted(byStart).flatMap(({ commit }) => commit ?? []))]
      : []
  return commits.length === 2 ? ask(commits[0], commits[1]) : undefined
}

const byStart = (a: { started_at: string | null }, b: { started_at: string | null }) =>
  (a.started_at ?? '').localeCompare(b.started_at ?? '')

function ask(from: string | undefined, to: string | undefined): Question | undefined {
  const isCommit = (text = '') => /^[0-9a-f]{7,40}$/i.test(text)
  return isCommit(from) && isCommit(to) && from !== to ? { tool: 'get_code_diff', args: { from, to } } : undefined
}

/** A stack may name the file with a longer path. */
const isSameFile = (path: string, file: string) => path === file || file.endsWith(`/${path}`) || path.endsWith(`/${file}`)

/** How far a hunk reaches beyond what it changed. */
const AROUND = 3

function touches(patch: string, line: number): boolean {
  return [...patch.matchAll(/^@@ -\d+(?:,\d+)? \+(\d+)(?:,(\d+))? @@/gm)].some(([, start, count]) => {
    const first = Number(start)
    return line >= first - AROUND && line <= first + Number(count ?? 1) + AROUND
  })
}
