import { expect } from 'vitest'
import { type Call, type Check, callerOf, fromRows, type Row } from './check.ts'
import { task } from './jira-parts.ts'

const q = (jql: string, more = '') => `GET /search/jql?jql=${encodeURIComponent(jql)}${more}`

/** `search/jql` and JQL: 34 checks. */
export function searchChecks(call: Call, standIns: string): Check[] {
  return [...routes(call, standIns), ...language(call)]
}

function routes(call: Call, standIns: string): Check[] {
  const area = 'search/jql'
  const check = (what: string, run: () => Promise<void>): Check => ({ area, what, run })
  return [
    ...fromRows(area, () => call, [
      ['without fields only ids', q('labels = mine'), {}, 200, { issues: [{ id: '10001' }], isLast: true }],
      [
        'with fields the issues',
        q('labels = mine', '&fields=summary'),
        {},
        200,
        { issues: [{ key: 'OPS-1', fields: { summary: 'the first' } }] },
      ],
      ['by POST', 'POST /search/jql', { json: { jql: 'labels = mine' } }, 200, { issues: [{ id: '10001' }] }],
      ['an unbounded query is refused', q('order by created'), {}, 400, 'Unbounded JQL'],
      ['no query is refused', 'GET /search/jql', {}, 400],
      ['a wrong page token is refused', q('project = OPS', '&nextPageToken=x'), {}, 400],
      ['nothing found is an empty list', q('labels = nobody'), {}, 200, { issues: [], isLast: true }],
    ]),
    check('nextPageToken leads through all, each once', async () => {
      const seen: string[] = []
      for (let token = ''; ; ) {
        const page = (await call(q('project = OPS', `&maxResults=7${token}`))).json()
        seen.push(...page.issues.map(({ id }: { id: string }) => id))
        if (page.isLast) break
        token = `&nextPageToken=${page.nextPageToken}`
      }
      expect(new Set(seen).size).toBe(seen.length)
      expect(seen.length).toBeGreaterThan(14)
    }),
    check('an issue can be found late, unless it is named', async () => {
      const faults = callerOf(standIns)
      await faults('POST /stand-ins/fault', { json: { vendor: 'jira', seconds: 60, fault: { kind: 'search_lag', lag_ms: 60_000 } } })
      const { id } = (await call('POST /issue', { json: { fields: { ...task, labels: ['late'] } } })).json()
      const late = (await call(q('labels = late'))).json().issues
      const named = (await call(q('labels = late', `&reconcileIssues=${id}`))).json().issues
      await faults('DELETE /stand-ins/fault')
      expect([late.length, named.length]).toEqual([0, 1])
    }),
  ]
}

function language(call: Call): Check[] {
  const found = { issues: [{ id: '10001' }] }
  const rows: Row[] = [
    ['project =', q('project = OPS AND labels = mine'), {}, 200, found],
    ['an unknown project', q('project = NOPE'), {}, 400, "does not exist for the field 'project'"],
    ['an unknown field', q('nothing = 1'), {}, 400, "Field 'nothing' does not exist"],
    ['key =', q('key = OPS-1'), {}, 200, found],
    ['labels in (…)', q('labels in (mine, yours)'), {}, 200, found],
    ['labels not in (…)', q('labels = mine AND labels not in (mine)'), {}, 200, { issues: [] }],
    ['assignee is EMPTY', q('labels = mine AND assignee is EMPTY'), {}, 200],
    ['status =', q('labels = mine AND status = "To Do"'), {}, 200, found],
    ['statusCategory !=', q('labels = mine AND statusCategory != Done'), {}, 200, found],
    ['issuetype =', q('labels = mine AND issuetype = Task'), {}, 200, found],
    ['priority in (…)', q('labels = mine AND priority in (Medium, High)'), {}, 200, found],
    ['summary ~', q('summary ~ "the first"'), {}, 200, found],
    ['ORDER BY', q('project = OPS ORDER BY created ASC'), {}, 200, found],
    ['OR', q('labels = nobody OR labels = mine'), {}, 200, found],
    ['NOT', q('labels = mine AND NOT labels = nobody'), {}, 200, found],
    ['brackets', q('(labels = mine OR labels = x) AND project = OPS'), {}, 200, found],
    ['created >=', q('labels = mine AND created >= -1d'), {}, 200, found],
    ['updated >=', q('labels = mine AND updated >= "2026-01-01"'), {}, 200, found],
    ['reporter', q('labels = mine AND reporter is not EMPTY'), {}, 200, found],
    ['currentUser()', q('labels = mine AND reporter = currentUser()'), {}, 200, found],
    ['resolution', q('labels = mine AND resolution = Unresolved'), {}, 200, found],
    ['text ~', q('text ~ body'), {}, 200, found],
    ['description ~', q('description ~ body'), {}, 200, found],
    ['status changed', q('labels = mine AND status changed'), {}, 200],
    ['membersOf(…)', q('labels = mine AND assignee in membersOf("ops")'), {}, 200],
  ]
  return fromRows('JQL', () => call, rows)
}
