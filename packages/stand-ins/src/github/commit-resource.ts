import type { ChangedFile, Commit } from './source-tree.ts'

/** A repository's addresses: `…/repos/{owner}/{repo}` of the API, and its page. */
export interface RepositoryAddress {
  api: string
  html: string
}

/** A commit in the shape of GitHub's commit list; authors are not linked to accounts, as for an address that GitHub does not know. */
export function commitResource({ sha, treeSha, parents, message, author, committer }: Commit, { api, html }: RepositoryAddress) {
  return {
    sha,
    node_id: Buffer.from(`commit:${sha}`).toString('base64'),
    commit: {
      author,
      committer,
      message,
      tree: { sha: treeSha, url: `${api}/git/trees/${treeSha}` },
      url: `${api}/git/commits/${sha}`,
      comment_count: 0,
      verification: { verified: false, reason: 'unsigned', signature: null, payload: null, verified_at: null },
    },
    url: `${api}/commits/${sha}`,
    html_url: `${html}/commit/${sha}`,
    comments_url: `${api}/commits/${sha}/comments`,
    author: null,
    committer: null,
    parents: parents.map((parent) => ({ sha: parent, url: `${api}/commits/${parent}`, html_url: `${html}/commit/${parent}` })),
  }
}

/** A commit in the shape of the single-commit call: with its files (300 at most) and their patches. */
export function fullCommitResource(commit: Commit, changes: ChangedFile[], address: RepositoryAddress) {
  const additions = changes.reduce((sum, file) => sum + file.additions, 0)
  const deletions = changes.reduce((sum, file) => sum + file.deletions, 0)
  return {
    ...commitResource(commit, address),
    stats: { total: additions + deletions, additions, deletions },
    files: changes.slice(0, 300).map(({ path, status, sha, previousPath, patch, additions: added, deletions: removed }) => ({
      sha,
      filename: path,
      status,
      additions: added,
      deletions: removed,
      changes: added + removed,
      blob_url: `${address.html}/blob/${commit.sha}/${encodePath(path)}`,
      raw_url: `${address.html}/raw/${commit.sha}/${encodePath(path)}`,
      contents_url: `${address.api}/contents/${encodeURIComponent(path)}?ref=${commit.sha}`,
      ...(patch !== undefined && { patch }),
      ...(previousPath !== undefined && { previous_filename: previousPath }),
    })),
  }
}

const encodePath = (path: string) => path.split('/').map(encodeURIComponent).join('/')
