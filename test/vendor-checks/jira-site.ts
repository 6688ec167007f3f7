import { expect } from 'vitest'
import { type Call, type Check, callerOf, fromRows, type Row } from './check.ts'
import { doc, paragraph, RAVI, task, text } from './jira-parts.ts'

/** People, projects, access and the routes that an agent could want: 47 checks. */
export function siteChecks(call: Call, base: string): Check[] {
  return [...people(call), ...access(call, base), ...further(call)]
}

function people(call: Call): Check[] {
  const area = 'users, project, types, priorities'
  const rows: Row[] = [
    ['myself', 'GET /myself', {}, 200, { displayName: 'On-call Agent', accountType: 'atlassian' }],
    ['users by a word of the name', 'GET /user/search?query=kumar', {}, 200, [{ accountId: RAVI }]],
    ['users without regard to case', 'GET /user/search?query=RAVI', {}, 200, [{ accountId: RAVI }]],
    ['users by address', 'GET /user/search?query=ravi.kumar@', {}, 200, [{ accountId: RAVI }]],
    ['a search without a query is refused', 'GET /user/search', {}, 400],
    ['who left is not found', 'GET /user/search?query=tom', {}, 200, []],
    ['assignable people of a project', 'GET /user/assignable/search?project=OPS&query=ravi', {}, 200, [{ accountId: RAVI }]],
    ['assignable people of an issue', 'GET /user/assignable/search?issueKey=OPS-1&query=ravi', {}, 200, [{ accountId: RAVI }]],
    ['assignable without a scope is refused', 'GET /user/assignable/search?query=ravi', {}, 400],
    ['who may not be assigned is left out', 'GET /user/assignable/search?project=OPS&query=priya', {}, 200, []],
    ['a project', 'GET /project/OPS', {}, 200, { key: 'OPS', style: 'classic' }],
    ['an unknown project is 404', 'GET /project/NOPE', {}, 404, { errorMessages: ["No project could be found with key 'NOPE'."] }],
    ['issue types', 'GET /issuetype', {}, 200, [{ name: 'Task', subtask: false }]],
    ['priorities', 'GET /priority', {}, 200, [{ id: '1', name: 'Highest' }]],
    ['priorities by page', 'GET /priority/search', {}, 200, { isLast: true, values: [{ name: 'Highest' }] }],
    ['issue types of the project', 'GET /issue/createmeta/OPS/issuetypes', {}, 200, { issueTypes: [{ name: 'Task' }] }],
    ['a user by accountId', `GET /user?accountId=${encodeURIComponent(RAVI)}`, {}, 200, { displayName: 'Ravi Kumar' }],
  ]
  const hidden = (what: string, run: () => Promise<void>): Check => ({ area, what, run })
  return [
    ...fromRows(area, () => call, rows),
    hidden('somebody hides the address', async () => {
      const all: { emailAddress?: string }[] = (await call('GET /user/search?query=')).json()
      expect(all.some(({ emailAddress = '' }) => emailAddress === '')).toBe(true)
    }),
    hidden('somebody is an app', async () => {
      const all: { accountType: string }[] = (await call('GET /user/search?query=')).json()
      expect(all.some(({ accountType }) => accountType === 'app')).toBe(true)
    }),
    hidden('two people have one name', async () => {
      const all: { displayName: string }[] = (await call('GET /user/search?query=lena')).json()
      expect(all.map(({ displayName }) => displayName)).toEqual(['Lena Vogel', 'Lena Vogel'])
    }),
  ]
}

function access(call: Call, base: string): Check[] {
  const nobody = callerOf(base)
  const site = base.replace('/jira/rest/api/3', '')
  const limited = async () => {
    await callerOf(site)('POST /stand-ins/fault', {
      json: { vendor: 'jira', count: 1, fault: { kind: 'status', status: 429, retry_after: 5 } },
    })
    return call('GET /myself')
  }
  return [
    ...fromRows('auth', () => nobody, [['no credentials', 'GET /myself', {}, 401]]),
    ...fromRows('auth', () => callerOf(base, { authorization: `Basic ${btoa('x:y')}` }), [['wrong credentials', 'GET /myself', {}, 401]]),
    {
      area: 'limits, headers',
      what: '429 comes with Retry-After',
      async run() {
        const answer = await limited()
        expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '5'])
      },
    },
    {
      area: 'limits, headers',
      what: '429 comes with its reason',
      async run() {
        expect((await limited()).headers.get('ratelimit-reason')).toBe('jira-burst-based')
      },
    },
  ]
}

function further(call: Call): Check[] {
  const body = { body: doc(paragraph(text('changed'))) }
  return fromRows('further routes', () => call, [
    ['the transitions of an issue', 'GET /issue/OPS-1/transitions', {}, 200, { transitions: [{ id: '11' }, { id: '21' }, { id: '31' }] }],
    ['a transition', 'POST /issue/OPS-2/transitions', { json: { transition: { id: '31' } } }, 204],
    ['an issue is changed', 'PUT /issue/OPS-2', { json: { fields: { summary: 'new' } } }, 204],
    ['a comment by id', 'GET /issue/OPS-1/comment/10001', {}, 200, { id: '10001' }],
    ['a comment is changed', 'PUT /issue/OPS-1/comment/10001', { json: body }, 200, { id: '10001' }],
    [
      'a remote link',
      'POST /issue/OPS-1/remotelink',
      { json: { object: { url: 'https://a.example', title: 'Graph' } } },
      201,
      { id: 10_000 },
    ],
    ['create metadata: fields', 'GET /issue/createmeta/OPS/issuetypes/10001', {}, 200, { startAt: 0 }],
    ['permissions', 'GET /mypermissions?permissions=CREATE_ISSUES', {}, 200, { permissions: { CREATE_ISSUES: { havePermission: true } } }],
    ['server information', 'GET /serverInfo', {}, 200, { deploymentType: 'Cloud' }],
    ['fields', 'GET /field', {}, 200, '"summary"'],
    ['statuses', 'GET /status', {}, 200, [{ name: 'To Do' }, { name: 'In Progress' }, { name: 'Done' }]],
    ['resolutions', 'GET /resolution', {}, 200, [{ name: 'Done' }]],
    ['labels', 'GET /label', {}, 200, { isLast: true }],
    ['an approximate count', 'POST /search/approximate-count', { json: { jql: 'labels = mine' } }, 200, { count: 1 }],
    ['projects by page', 'GET /project/search', {}, 200, { values: [{ key: 'OPS' }] }],
    ['the old search is gone', 'GET /search?jql=project=OPS', {}, 410],
    ['the history of an issue', 'GET /issue/OPS-2/changelog', {}, 200, { values: [{ items: [{ field: 'status' }] }] }],
    ['several issues at once', 'POST /issue/bulk', { json: { issueUpdates: [{ fields: task }, { fields: task }] } }, 201, { errors: [] }],
    ['types of links', 'GET /issueLinkType', {}, 200, { issueLinkTypes: [{ name: 'Blocks' }] }],
    [
      'a link between issues',
      'POST /issueLink',
      { json: { type: { name: 'Relates' }, inwardIssue: { key: 'OPS-1' }, outwardIssue: { key: 'OPS-2' } } },
      201,
    ],
    ['watchers', 'GET /issue/OPS-1/watchers', {}, 200, { watchCount: 0 }],
    ['attachments', 'POST /issue/OPS-1/attachments', { raw: 'x', headers: { 'x-atlassian-token': 'no-check' } }, 200],
    ['an issue is removed', 'DELETE /issue/OPS-2', {}, 204],
  ])
}
