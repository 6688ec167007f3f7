import { covering } from '../../coverage.ts'
import { defineTool } from '../../functions/tool.ts'
import { CodeDiffArgs, CodeDiffResult, ListCommitsArgs, ListCommitsResult } from '../../look-functions.ts'
import { notSeen } from '../target.ts'
import type { GitHubClient } from './client.ts'
import { plainPath } from './fetch-code-from-github.ts'

const COMMITS = 10
/** Commits between two releases that are read in full. */
const READ = 8
const FILES = 8
const PATCHES_CHARS = 2_400

/** `list_commits`: what was committed, newest first. */
export function listCommits(github: GitHubClient, holds: (service: string) => boolean) {
  return defineTool({
    name: 'list_commits',
    description:
      "The newest commits of the service's repository, of one path, or since a time: who, when, and the first line of the message.",
    parameters: ListCommitsArgs,
    result: ListCommitsResult,
    async run({ since, path, limit = COMMITS }, { incident, signal }): Promise<ListCommitsResult> {
      if (!holds(incident.service)) throw notSeen(incident.service, `The code in ${github.repository} is of another service`)
      const commits = await github.commits({ since, path: path === undefined ? undefined : plainPath(path), limit: limit + 1 }, signal)
      return { ...covering(null, Math.max(0, commits.length - limit)), repository: github.repository, commits: commits.slice(0, limit) }
    },
    summarise: ({ commits: [newest], repository }) =>
      newest ? `The newest commit of ${repository}: ${newest.message} (${newest.at}).` : 'No commit fits.',
  })
}

/** `get_code_diff`: what one commit has and an older one has not, for example two releases. */
export function getCodeDiff(github: GitHubClient, holds: (service: string) => boolean) {
  return defineTool({
    name: 'get_code_diff',
    description:
      'The commits after `from` up to `to` with the lines that they changed, for example from the commit of the last good release to that of the running one (list_instances and list_changes name both).',
    parameters: CodeDiffArgs,
    result: CodeDiffResult,
    async run({ from, to, path }, { incident, signal }): Promise<CodeDiffResult> {
      if (!holds(incident.service)) throw notSeen(incident.service, `The code in ${github.repository} is of another service`)
      const folder = path === undefined ? undefined : plainPath(path)
      const log = await github.commits({ sha: to, path: folder, limit: READ + 1 }, signal)
      const base = log.findIndex(({ sha }) => sha.startsWith(from.toLowerCase()))
      const between = base === -1 ? log : log.slice(0, base)
      const read = between.slice(0, READ)
      const changed = (await Promise.all(read.map(({ sha }) => github.changes(sha, signal)))).flatMap((files, i) =>
        files
          .filter((file) => folder === undefined || file.path.startsWith(folder))
          .map((file) => ({ ...file, commit: read[i]?.sha.slice(0, 12) ?? '' })),
      )
      const each = Math.floor(PATCHES_CHARS / Math.max(1, Math.min(changed.length, FILES)))
      // A path leaves commits out, so the base need not be among those that touch it.
      const errors = base === -1 && folder === undefined && between.length > READ ? [`${from} is not among the last ${READ} commits`] : []
      return {
        ...covering(null, Math.max(0, changed.length - FILES), errors),
        repository: github.repository,
        from,
        to,
        commits: read,
        files: changed.slice(0, FILES).map(({ patch, ...file }) => ({ ...file, patch: patch.slice(0, each).toWellFormed() })),
      }
    },
    summarise: ({ commits, files }) => `${commits.length} commits change ${files.map(({ path }) => path).join(', ') || 'nothing here'}.`,
  })
}
