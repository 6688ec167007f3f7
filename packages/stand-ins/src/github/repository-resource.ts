import type { RepositoryAddress } from './commit-resource.ts'

/** The addresses of a repository's subresources, as GitHub writes them: `{/name}` is a part to be filled in. */
const SUBRESOURCES = {
  archive_url: '{archive_format}{/ref}',
  assignees_url: 'assignees{/user}',
  blobs_url: 'git/blobs{/sha}',
  branches_url: 'branches{/branch}',
  collaborators_url: 'collaborators{/collaborator}',
  comments_url: 'comments{/number}',
  commits_url: 'commits{/sha}',
  compare_url: 'compare/{base}...{head}',
  contents_url: 'contents/{+path}',
  contributors_url: 'contributors',
  deployments_url: 'deployments',
  downloads_url: 'downloads',
  events_url: 'events',
  forks_url: 'forks',
  git_commits_url: 'git/commits{/sha}',
  git_refs_url: 'git/refs{/sha}',
  git_tags_url: 'git/tags{/sha}',
  hooks_url: 'hooks',
  issue_comment_url: 'issues/comments{/number}',
  issue_events_url: 'issues/events{/number}',
  issues_url: 'issues{/number}',
  keys_url: 'keys{/key_id}',
  labels_url: 'labels{/name}',
  languages_url: 'languages',
  merges_url: 'merges',
  milestones_url: 'milestones{/number}',
  notifications_url: 'notifications{?since,all,participating}',
  pulls_url: 'pulls{/number}',
  releases_url: 'releases{/id}',
  stargazers_url: 'stargazers',
  statuses_url: 'statuses/{sha}',
  subscribers_url: 'subscribers',
  subscription_url: 'subscription',
  tags_url: 'tags',
  teams_url: 'teams',
  trees_url: 'git/trees{/sha}',
}

const COUNTS =
  'forks forks_count network_count open_issues open_issues_count size stargazers_count subscribers_count watchers watchers_count'.split(' ')
const LACKS = 'has_discussions has_downloads has_issues has_pages has_projects has_wiki is_template private fork archived disabled'.split(
  ' ',
)

/** The repository in the shape of GitHub's `full-repository`: read-only, public, with nothing that a stand-in does not have. */
export function repositoryResource(
  { owner, repo, defaultBranch, changedAt }: { owner: string; repo: string; defaultBranch: string; changedAt: string },
  { api, html }: RepositoryAddress,
) {
  const bare = html.replace(/^https?:/, '')
  return {
    id: 1,
    node_id: 'R_1',
    name: repo,
    full_name: `${owner}/${repo}`,
    owner: { login: owner, id: 1, node_id: 'O_1', type: 'Organization', site_admin: false },
    html_url: html,
    description: 'The files of this lab at the running commit',
    url: api,
    ...Object.fromEntries(Object.entries(SUBRESOURCES).map(([name, path]) => [name, `${api}/${path}`])),
    ...Object.fromEntries(COUNTS.map((name) => [name, 0])),
    ...Object.fromEntries(LACKS.map((name) => [name, false])),
    clone_url: `${html}.git`,
    git_url: `git:${bare}.git`,
    ssh_url: `git@github.com:${owner}/${repo}.git`,
    svn_url: html,
    mirror_url: null,
    homepage: null,
    language: 'TypeScript',
    license: null,
    created_at: changedAt,
    pushed_at: changedAt,
    updated_at: changedAt,
    default_branch: defaultBranch,
    visibility: 'public',
    topics: [],
    permissions: { admin: false, maintain: false, push: false, triage: false, pull: true },
  }
}
