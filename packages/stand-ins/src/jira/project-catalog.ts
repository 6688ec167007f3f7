/** A value that a field of the project may take. */
export interface CatalogEntry {
  id: string
  name: string
  description: string
}

/** The project's issue types; a sub-task needs a parent and is left out. */
export const ISSUE_TYPES: CatalogEntry[] = [
  { id: '10001', name: 'Task', description: 'A small, distinct piece of work.' },
  { id: '10002', name: 'Bug', description: 'A problem or error.' },
  { id: '10003', name: 'Story', description: 'Functionality or a feature expressed as a user goal.' },
  { id: '10004', name: 'Incident', description: 'An interruption of a service.' },
]

/** Jira's default priorities; Medium is the default. */
export const PRIORITIES: (CatalogEntry & { statusColor: string })[] = [
  { id: '1', name: 'Highest', description: 'This problem will block progress.', statusColor: '#d04437' },
  { id: '2', name: 'High', description: 'Serious problem that could block progress.', statusColor: '#f15C75' },
  { id: '3', name: 'Medium', description: 'Has the potential to affect progress.', statusColor: '#f79232' },
  { id: '4', name: 'Low', description: 'Minor problem or easily worked around.', statusColor: '#707070' },
  { id: '5', name: 'Lowest', description: 'Trivial problem with little or no impact on progress.', statusColor: '#999999' },
]
export const DEFAULT_PRIORITY_ID = '3'

/** The id of the site's one project. */
export const PROJECT_ID = '10000'
export const PROJECT_NAME = 'Operations'

/** An issue type as Jira writes one. */
export function issueTypeResource({ id, name, description }: CatalogEntry, site: string) {
  return {
    self: `${site}/rest/api/3/issuetype/${id}`,
    id,
    description,
    iconUrl: `${site}/images/icons/issuetypes/${name.toLowerCase()}.svg`,
    name,
    untranslatedName: name,
    subtask: false,
    hierarchyLevel: 0,
  }
}

/** A priority as Jira writes one inside an issue. */
export function priorityResource({ id, name }: CatalogEntry, site: string) {
  return {
    self: `${site}/rest/api/3/priority/${id}`,
    iconUrl: `${site}/images/icons/priorities/${name.toLowerCase()}.svg`,
    name,
    id,
  }
}

/** The project as Jira writes it inside an issue. */
export function projectResource(key: string, site: string) {
  return {
    self: `${site}/rest/api/3/project/${PROJECT_ID}`,
    id: PROJECT_ID,
    key,
    name: PROJECT_NAME,
    projectTypeKey: 'software',
    simplified: false,
    avatarUrls: Object.fromEntries(['48x48', '24x24', '16x16', '32x32'].map((size) => [size, `${site}/images/project.svg?size=${size}`])),
  }
}
