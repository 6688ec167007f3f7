import type { Call, Check, Row } from './check.ts'
import { fromRows } from './check.ts'
import { doc, paragraph, RAVI, task, text } from './jira-parts.ts'

const wrong = (errors: Record<string, unknown>) => ({ errors })
const POST = 'POST /issue'
const fields = (more: object) => ({ json: { fields: { ...task, ...more } } })
const without = (name: string) => ({ json: { fields: Object.fromEntries(Object.entries(task).filter(([key]) => key !== name)) } })

/** `POST /issue`: 32 checks. */
export function createChecks(call: Call): Check[] {
  const rows: Row[] = [
    ['an issue is created: id, key, self', POST, fields({}), 201, '"key":"OPS-'],
    ['a project by id', POST, fields({ project: { id: '10000' } }), 201],
    ['no project', POST, without('project'), 400, wrong({ project: 'Specify a valid project ID or key' })],
    ['an unknown project', POST, fields({ project: { key: 'NOPE' } }), 400, wrong({ project: 'valid project is required' })],
    ['no issue type', POST, without('issuetype'), 400, wrong({ issuetype: 'Specify an issue type' })],
    ['an unknown issue type', POST, fields({ issuetype: { name: 'Nothing' } }), 400, wrong({ issuetype: 'Specify a valid issue type' })],
    ['an issue type by id', POST, fields({ issuetype: { id: '10002' } }), 201],
    ['no summary', POST, without('summary'), 400, wrong({ summary: 'You must specify a summary of the issue.' })],
    ['an empty summary', POST, fields({ summary: '' }), 400, wrong({ summary: 'You must specify a summary of the issue.' })],
    [
      'a summary with a line break',
      POST,
      fields({ summary: 'a\nb' }),
      400,
      wrong({ summary: 'The summary is invalid because it contains newline characters.' }),
    ],
    ['a summary of 255 characters', POST, fields({ summary: 'x'.repeat(255) }), 201],
    [
      'a summary of 256 characters',
      POST,
      fields({ summary: 'x'.repeat(256) }),
      400,
      wrong({ summary: "Summary can't exceed 255 characters." }),
    ],
    ['a summary that is a number', POST, fields({ summary: 7 }), 400, wrong({ summary: 'Operation value must be a string' })],
    ['a priority by name', POST, fields({ priority: { name: 'High' } }), 201],
    ['an unknown priority', POST, fields({ priority: { name: 'Sev1' } }), 400, wrong({ priority: "Priority name 'Sev1' is not valid" })],
    ['an assignee by accountId', POST, fields({ assignee: { accountId: RAVI } }), 201],
    ['an assignee by name', POST, fields({ assignee: { name: 'ravi' } }), 400, 'accountId'],
    [
      'an unknown assignee',
      POST,
      fields({ assignee: { accountId: 'nobody' } }),
      400,
      wrong({ assignee: "User 'nobody' cannot be assigned issues." }),
    ],
    [
      'an assignee who may not be assigned',
      POST,
      fields({ assignee: { accountId: '712020:1d7e5c90-2f4a-4b83-a6c9-5e8b0f3d7c05' } }),
      400,
      'cannot be assigned',
    ],
    ['an assignee who left', POST, fields({ assignee: { accountId: '5f8d2c1ab3e4970071d5c6e9' } }), 400, 'cannot be assigned'],
    ['labels', POST, fields({ labels: ['a', 'b'] }), 201],
    [
      'a label with a blank',
      POST,
      fields({ labels: ['a b'] }),
      400,
      wrong({ labels: "The label 'a b' contains spaces which is invalid." }),
    ],
    ['a description that is a text', POST, fields({ description: 'plain' }), 400, 'Atlassian Document'],
    ['an unknown custom field', POST, fields({ customfield_99: 'x' }), 400, 'customfield_99'],
    ['two wrong fields are named at once', POST, fields({ summary: '', priority: { name: 'Sev1' } }), 400, '"priority"'],
    ['JSON that is broken', POST, { raw: '{', headers: { 'content-type': 'application/json' } }, 400, 'errorMessages'],
    ['a body that is no JSON: 415', POST, { raw: 'x', headers: { 'content-type': 'text/plain' } }, 415],
    ['`update` is not dropped without a word', POST, { json: { fields: task, update: { labels: [{ add: 'x' }] } } }, 400, 'labels'],
    ['a reporter', POST, fields({ reporter: { accountId: RAVI } }), 201],
    ['a due date', POST, fields({ duedate: '2026-12-24' }), 201],
    ['an environment', POST, fields({ environment: doc(paragraph(text('prod'))) }), 201],
    ['components and a parent', POST, fields({ components: [{ name: 'API' }] }), 201],
  ]
  return fromRows('POST issue', () => call, rows)
}
