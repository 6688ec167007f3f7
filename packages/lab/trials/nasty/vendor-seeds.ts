import { STAND_IN_CREDENTIALS as KNOWN } from '@oncall-lab/stand-ins/api'
import type { Listener, Seed } from './seed.ts'

const basic = (user: string, password: string) => ({ authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` })
const SERVICENOW = { ...basic(KNOWN.serviceNowUser, KNOWN.serviceNowPassword), accept: 'application/json' }
const JIRA = { ...basic(KNOWN.jiraEmail, KNOWN.jiraApiToken), accept: 'application/json' }
const TWILIO = basic(KNOWN.twilioAccountSid, KNOWN.twilioAuthToken)
const GITHUB = { authorization: `Bearer ${KNOWN.githubToken}`, 'user-agent': 'trial', accept: 'application/vnd.github+json' }
const MESSAGES = `/twilio/2010-04-01/Accounts/${KNOWN.twilioAccountSid}/Messages`
const SID = `SM${'0'.repeat(32)}`
const form = (fields: Record<string, string>) => new URLSearchParams(fields).toString()

const adf = {
  type: 'doc',
  version: 1,
  content: [{ type: 'paragraph', content: [{ type: 'text', text: 'words', marks: [{ type: 'strong' }] }] }],
}
const issue = {
  fields: {
    project: { key: KNOWN.jiraProjectKey },
    issuetype: { name: 'Task' },
    summary: 'a trial',
    description: adf,
    labels: ['trial'],
    priority: { name: 'High' },
  },
}
const record = {
  short_description: 'a trial',
  description: 'words',
  impact: '1',
  urgency: '1',
  state: '2',
  work_notes: 'a note',
  assigned_to: 'x',
  u_service: 'inventory',
  correlation_id: 'trial',
}

/** `sysId`, `issueKey`: of a record and an issue that are there. */
export function vendorSeeds(listener: Listener, { sysId, issueKey }: { sysId: string; issueKey: string }): Seed[] {
  const seed = (method: string, path: string, headers: Record<string, string>, body?: unknown): Seed => ({
    listener,
    method,
    path,
    headers,
    ...(body !== undefined && { body }),
  })
  const posted = (path: string, fields: Record<string, string>): Seed => ({
    ...seed('POST', path, { ...TWILIO, 'content-type': 'application/x-www-form-urlencoded' }),
    text: form(fields),
  })
  const table = '/servicenow/api/now/table'
  const jira = '/jira/rest/api/3'
  const github = `/github/repos/${KNOWN.githubOwner}/${KNOWN.githubRepo}`
  return [
    seed(
      'GET',
      `${table}/incident?sysparm_query=stateIN1,2^ORDERBYDESCnumber&sysparm_limit=2&sysparm_offset=0&sysparm_fields=number,state&sysparm_display_value=all&sysparm_exclude_reference_link=true`,
      SERVICENOW,
    ),
    seed('GET', `${table}/incident/${sysId}?sysparm_display_value=true&sysparm_fields=number,assigned_to,work_notes`, SERVICENOW),
    seed('POST', `${table}/incident?sysparm_fields=number`, SERVICENOW, record),
    seed('PATCH', `${table}/incident/${sysId}`, SERVICENOW, record),
    seed('PUT', `${table}/incident/${sysId}`, SERVICENOW, record),
    seed('GET', `${table}/sys_user?sysparm_query=nameLIKEravi&sysparm_limit=2`, SERVICENOW),
    seed('GET', `${table}/sys_user/x`, SERVICENOW),
    seed('GET', '/servicenow/', {}),
    seed('GET', '/servicenow/nav_to.do?uri=incident.do?sys_id=x', {}),
    seed('GET', '/servicenow/incident/INC0010001', {}),
    seed('POST', `${jira}/issue`, JIRA, issue),
    seed('PUT', `${jira}/issue/${issueKey}`, JIRA, issue),
    seed('GET', `${jira}/issue/${issueKey}?fields=summary,labels&expand=renderedFields`, JIRA),
    seed('PUT', `${jira}/issue/${issueKey}/assignee`, JIRA, { accountId: '-1' }),
    seed('POST', `${jira}/issue/${issueKey}/comment`, JIRA, { body: adf }),
    seed('GET', `${jira}/issue/${issueKey}/comment?startAt=0&maxResults=2&orderBy=-created`, JIRA),
    seed('POST', `${jira}/issue/${issueKey}/transitions`, JIRA, { transition: { id: '11' } }),
    seed('GET', `${jira}/search/jql?jql=labels=trial&maxResults=2&fields=summary&nextPageToken=x&reconcileIssues=1`, JIRA),
    seed('POST', `${jira}/search/jql`, JIRA, {
      jql: 'labels = trial ORDER BY created',
      maxResults: 2,
      fields: ['summary'],
      reconcileIssues: [1],
    }),
    seed('POST', `${jira}/search/approximate-count`, JIRA, { jql: 'text ~ "a" AND (labels = b OR NOT c = d)' }),
    seed('GET', `${jira}/user/search?query=ravi&startAt=0&maxResults=2`, JIRA),
    seed('GET', `${jira}/user/assignable/search?query=ravi&project=${KNOWN.jiraProjectKey}&maxResults=2`, JIRA),
    seed('GET', `${jira}/issue/createmeta/${KNOWN.jiraProjectKey}/issuetypes/10001?startAt=0&maxResults=2`, JIRA),
    seed('GET', `/jira/browse/${issueKey}`, {}),
    posted(`${MESSAGES}.json`, { From: KNOWN.twilioWhatsappNumber, To: KNOWN.userWhatsappNumber, Body: 'a trial' }),
    posted(`${MESSAGES}/${SID}.json`, { Body: '' }),
    seed('GET', `${MESSAGES}.json?PageSize=2&Page=0&To=${encodeURIComponent(KNOWN.userWhatsappNumber)}&DateSent=2026-01-01`, TWILIO),
    seed('GET', `${MESSAGES}/${SID}.json`, TWILIO),
    seed('GET', `${github}/contents/packages/inventory/src/app.ts?ref=HEAD`, GITHUB),
    seed('GET', `${github}/commits?sha=HEAD&path=packages&since=2026-01-01T00:00:00Z&per_page=2&page=1`, GITHUB),
    seed('GET', `${github}/commits/HEAD`, GITHUB),
    seed('GET', `${github}/compare/HEAD~1...HEAD`, GITHUB),
    seed('GET', `${github}/git/trees/HEAD?recursive=1`, GITHUB),
    seed('GET', `/github/search/code?q=pool+repo:${KNOWN.githubOwner}/${KNOWN.githubRepo}&per_page=2`, GITHUB),
    seed('GET', '/phone/messages', {}),
    seed('GET', '/phone/incident', {}),
    seed('POST', '/phone/messages', {}, { body: 'ok thanks', from: KNOWN.userWhatsappNumber }),
    seed('POST', '/phone/read', {}, { sid: SID }),
    seed('GET', '/mail/messages', {}),
    seed('GET', '/stand-ins/fault', {}),
    seed(
      'POST',
      '/stand-ins/fault',
      {},
      { vendor: 'github', method: 'PUT', path: '/nowhere', count: 1, seconds: 1, fault: { kind: 'delay', delay_ms: 1, when: 'before' } },
    ),
    seed('DELETE', '/stand-ins/fault/1', {}),
    seed('GET', '/stand-ins/host', {}),
    seed('POST', '/stand-ins/host/mend', {}, {}),
    seed('POST', '/stand-ins/kubernetes/node', {}, { name: 'no-such-node', reports: true }),
  ]
}
