import { type CatalogEntry, ISSUE_TYPES, PRIORITIES } from './project-catalog.ts'

/** How a project is set up: `standard`; `plain`, as team-managed projects are (no priority, other issue type names); `strict`, with a required field of its own. */
export const PROJECT_SHAPES = ['standard', 'plain', 'strict'] as const
export type ProjectShape = (typeof PROJECT_SHAPES)[number]

/** The required field of a `strict` project. */
export const REQUIRED_FIELD = {
  id: 'customfield_10042',
  name: 'Affected service',
  values: [
    { id: '10100', value: 'inventory' },
    { id: '10101', value: 'checkout' },
  ],
} as const

const LOCAL_NAMES: Record<string, string> = { Task: 'Aufgabe', Bug: 'Fehler', Story: 'Story', Incident: 'Störung' }

/** The issue types under the project's own names. */
export function issueTypesOf(shape: ProjectShape): CatalogEntry[] {
  return shape === 'plain' ? ISSUE_TYPES.map((type) => ({ ...type, name: LOCAL_NAMES[type.name] ?? type.name })) : ISSUE_TYPES
}

/** The fields of the project's create screen, as `GET createmeta/{project}/issuetypes/{id}` describes them. */
export function createFields(shape: ProjectShape, base: string) {
  const field = (fieldId: string, name: string, schema: object, more: { required?: boolean; allowedValues?: unknown[] } = {}) => ({
    fieldId,
    key: fieldId,
    name,
    schema,
    required: false,
    hasDefaultValue: fieldId === 'priority',
    operations: ['set'],
    ...more,
  })
  const system = (type: string, name: string) => ({ type, system: name })
  return [
    field('summary', 'Summary', system('string', 'summary'), { required: true }),
    field('issuetype', 'Issue Type', system('issuetype', 'issuetype'), { required: true }),
    field('project', 'Project', system('project', 'project'), { required: true }),
    field('description', 'Description', system('string', 'description')),
    field('assignee', 'Assignee', system('user', 'assignee')),
    field('reporter', 'Reporter', system('user', 'reporter')),
    field('duedate', 'Due date', system('date', 'duedate')),
    field('environment', 'Environment', system('string', 'environment')),
    field('labels', 'Labels', { type: 'array', items: 'string', system: 'labels' }),
    ...(shape === 'plain'
      ? []
      : [
          field('priority', 'Priority', system('priority', 'priority'), {
            allowedValues: PRIORITIES.map(({ id, name }) => ({ self: `${base}/rest/api/3/priority/${id}`, id, name })),
          }),
        ]),
    ...(shape === 'strict'
      ? [
          field(
            REQUIRED_FIELD.id,
            REQUIRED_FIELD.name,
            { type: 'option', custom: 'com.atlassian.jira.plugin.system.customfieldtypes:select', customId: 10_042 },
            { required: true, allowedValues: [...REQUIRED_FIELD.values] },
          ),
        ]
      : []),
  ]
}
