import { STAND_IN_CREDENTIALS as KNOWN } from '@oncall-lab/stand-ins/api'
import { startStandIns } from '@oncall-lab/stand-ins/test-stand-ins'
import { expect } from 'vitest'
import { type Call, type Check, callerOf, fromRows, type Row } from './check.ts'
import { createChecks } from './jira-issues.ts'
import { DOCUMENTS, doc, paragraph, RAVI, task, text } from './jira-parts.ts'
import { searchChecks } from './jira-search.ts'
import { siteChecks } from './jira-site.ts'

/** Jira Cloud v3: 159 checks. Sources: Atlassian's OpenAPI description, the pages of its API groups, and the schema of the document format. */
export async function jiraChecks(): Promise<{ checks: Check[] } & AsyncDisposable> {
  const standIns = await startStandIns()
  const base = `${standIns.url}/jira/rest/api/3`
  const call = callerOf(base, { authorization: `Basic ${btoa(`${KNOWN.jiraEmail}:${KNOWN.jiraApiToken}`)}` })
  const first = {
    ...task,
    summary: 'the first',
    labels: ['mine'],
    description: doc(paragraph(text('body'))),
    assignee: { accountId: RAVI },
  }
  await call('POST /issue', { json: { fields: first } })
  for (const word of ['first', 'second']) await call('POST /issue/OPS-1/comment', { json: { body: doc(paragraph(text(word))) } })
  return {
    checks: [
      ...[...createChecks(call), ...documentChecks(call), ...readChecks(call), ...assigneeChecks(call), ...commentChecks(call)],
      ...[...searchChecks(call, standIns.url), ...siteChecks(call, base)],
    ],
    [Symbol.asyncDispose]: () => standIns.app.close(),
  }
}

function documentChecks(call: Call): Check[] {
  const rows = DOCUMENTS.map(([what, description, right]): Row => {
    const request = { json: { fields: { ...task, description } } }
    return right
      ? [what, 'POST /issue', request, 201]
      : [what, 'POST /issue', request, 400, { errorMessages: ['INVALID_INPUT'], errors: {} }]
  })
  return fromRows('document format', () => call, rows)
}

function readChecks(call: Call): Check[] {
  const area = 'GET issue'
  const fieldsOf = async (query: string) => Object.keys((await call(`GET /issue/OPS-1${query}`)).json().fields)
  const check = (what: string, run: () => Promise<void>): Check => ({ area, what, run })
  return [
    ...fromRows(area, () => call, [
      ['by key', 'GET /issue/OPS-1', {}, 200, { key: 'OPS-1', fields: { summary: 'the first' } }],
      ['by key in lower case', 'GET /issue/ops-1', {}, 200, { key: 'OPS-1' }],
      ['by id', 'GET /issue/10001', {}, 200, { key: 'OPS-1' }],
      [
        'an unknown one is 404',
        'GET /issue/OPS-9999',
        {},
        404,
        { errorMessages: ['Issue does not exist or you do not have permission to see it.'] },
      ],
      ['times as Jira writes them', 'GET /issue/OPS-1', {}, 200, '+0000"'],
      ['the assignee as a user', 'GET /issue/OPS-1', {}, 200, { fields: { assignee: { accountId: RAVI, accountType: 'atlassian' } } }],
    ]),
    check('fields=summary is that field alone', async () => expect(await fieldsOf('?fields=summary')).toEqual(['summary'])),
    check('fields=-description is all but that', async () => {
      const names = await fieldsOf('?fields=-description')
      expect(names).toContain('summary')
      expect(names).not.toContain('description')
    }),
    check('fields=*all,-comment leaves comments out', async () => expect(await fieldsOf('?fields=*all,-comment')).not.toContain('comment')),
    check('fields=*navigable has no comments', async () => expect(await fieldsOf('?fields=*navigable')).not.toContain('comment')),
    check('the system fields are there', async () =>
      expect(await fieldsOf('')).toEqual(expect.arrayContaining(['issuelinks', 'fixVersions', 'components', 'statuscategorychangedate'])),
    ),
    check('expand=renderedFields renders the description', async () =>
      expect((await call('GET /issue/OPS-1?expand=renderedFields')).json().renderedFields.description).toContain('<p>body</p>'),
    ),
  ]
}

function assigneeChecks(call: Call): Check[] {
  const PUT = 'PUT /issue/OPS-1/assignee'
  return fromRows('PUT assignee', () => call, [
    ['by accountId', PUT, { json: { accountId: RAVI } }, 204],
    ['null takes the assignee away', PUT, { json: { accountId: null } }, 204],
    ['"-1" is the default assignee', PUT, { json: { accountId: '-1' } }, 204],
    ['by name is refused', PUT, { json: { name: 'ravi' } }, 400, 'accountId'],
    [
      'somebody who may not be assigned',
      PUT,
      { json: { accountId: 'nobody' } },
      400,
      { errors: { assignee: "User 'nobody' cannot be assigned issues." } },
    ],
    ['of an unknown issue', 'PUT /issue/OPS-9999/assignee', { json: { accountId: RAVI } }, 404],
  ])
}

function commentChecks(call: Call): Check[] {
  const POST = 'POST /issue/OPS-1/comment'
  const GET = 'GET /issue/OPS-1/comment'
  return [
    ...fromRows('comments', () => call, [
      ['a comment is created', POST, { json: { body: doc(paragraph(text('third'))) } }, 201, { body: { type: 'doc' }, jsdPublic: true }],
      ['an empty one is refused', POST, { json: { body: doc() } }, 400, { errors: { comment: 'Comment body can not be empty!' } }],
      ['a plain text is refused', POST, { json: { body: 'plain' } }, 400],
      ['a malformed document is refused', POST, { json: { body: doc(text('x')) } }, 400, { errorMessages: ['INVALID_INPUT'] }],
      ['the list has 100 a page', GET, {}, 200, { startAt: 0, maxResults: 100 }],
      ['the list pages', `${GET}?startAt=1&maxResults=1`, {}, 200, { startAt: 1, maxResults: 1, comments: [{ id: '10002' }] }],
      ['the list is ordered', `${GET}?orderBy=-created&maxResults=1`, {}, 200, { comments: [{ id: '10003' }] }],
    ]),
    {
      area: 'comments',
      what: 'an author has no locale',
      async run() {
        expect((await call(GET)).json().comments[0].author).not.toHaveProperty('locale')
      },
    },
  ]
}
