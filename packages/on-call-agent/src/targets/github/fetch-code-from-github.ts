import { badInput, LabError } from '@oncall-lab/service-kit/errors'
import { defineTool } from '../../functions/tool.ts'
import { FetchCodeArgs, FetchCodeResult, summariseCode } from '../../functions.ts'
import { notSeen } from '../target.ts'
import type { GitHubClient } from './client.ts'

const MOST_LINES = 200
const MOST_CHARS = 16_000
const MOST_LINE_CHARS = 1_000

/** `fetch_code_from_github`: numbered lines of one file of the configured repository. */
export function fetchCodeFromGitHub(
  github: Pick<GitHubClient, 'repository' | 'readFile'>,
  holds: (service: string) => boolean = () => true,
) {
  return defineTool({
    name: 'fetch_code_from_github',
    description: `Lines of a file of the service's repository, numbered. At most ${MOST_LINES} lines; without end_line as many as fit. Lines are cut after ${MOST_LINE_CHARS} characters.`,
    parameters: FetchCodeArgs,
    result: FetchCodeResult,
    async run(
      { file_path, start_line = 1, end_line = start_line + MOST_LINES - 1, commit: at },
      { incident, signal },
    ): Promise<FetchCodeResult> {
      if (!holds(incident.service)) throw notSeen(incident.service, `The code in ${github.repository} is of another service`)
      if (end_line < start_line) throw badInput('end_line', `must not be before start_line (${start_line}), got ${end_line}`)
      const { text, commit } = await github.readFile(plainPath(file_path), signal, at)
      const lines = text.replace(/\n$/, '').split('\n')
      if (start_line > lines.length)
        throw new LabError(`${file_path} has ${lines.length} lines, and no line ${start_line}`, { code: 'no_such_line', status: 404 })
      const last = Math.min(end_line, start_line + MOST_LINES - 1, lines.length)
      const code = lines.slice(start_line - 1, last).map((line, i) => `${start_line + i}: ${line.slice(0, MOST_LINE_CHARS)}`)
      while (code.join('\n').length > MOST_CHARS) code.pop()
      return {
        repository: github.repository,
        ref: commit,
        file_path,
        start_line,
        end_line: start_line + code.length - 1,
        total_lines: lines.length,
        code: code.join('\n'),
      }
    },
    summarise: summariseCode,
  })
}

/** A path inside the repository, whatever a model or a log line says. */
export function plainPath(path: string): string {
  const segments = path.split('/')
  const fits =
    !path.startsWith('/') &&
    !path.includes('\\') &&
    !path.includes('\0') &&
    segments.every((segment) => segment !== '' && segment !== '.' && segment !== '..')
  if (!fits) throw badInput('file_path', `must be relative to the root of the repository, without "..", got ${JSON.stringify(path)}`)
  return path
}
