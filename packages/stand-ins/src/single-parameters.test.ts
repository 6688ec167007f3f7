import { expect, test } from 'vitest'
import { STAND_IN_CREDENTIALS as KNOWN } from './api.ts'
import { startStandIns } from './test-stand-ins.ts'

const basic = (user: string, password: string) => `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
const TABLE = '/servicenow/api/now/table'
const SERVICENOW = basic(KNOWN.serviceNowUser, KNOWN.serviceNowPassword)
const JIRA = basic(KNOWN.jiraEmail, KNOWN.jiraApiToken)
const TWILIO = basic(KNOWN.twilioAccountSid, KNOWN.twilioAuthToken)
const MESSAGES = `/twilio/2010-04-01/Accounts/${KNOWN.twilioAccountSid}/Messages.json`

test('a parameter that is given twice is no fault of a stand-in: the last one counts', async () => {
  await using standIns = await startStandIns()
  const twice = [
    [`${TABLE}/incident?sysparm_query=number=1&sysparm_query=number=2&sysparm_fields=number&sysparm_fields=state`, SERVICENOW],
    [`${TABLE}/incident?sysparm_limit=1&sysparm_limit=2&sysparm_display_value=all&sysparm_display_value=true`, SERVICENOW],
    [`${TABLE}/sys_user?sysparm_query=nameLIKEa&sysparm_query=nameLIKEb`, SERVICENOW],
    ['/servicenow/nav_to.do?uri=a&uri=b', ''],
    ['/jira/rest/api/3/issue/OPS-1?expand=a&expand=renderedFields&fields=summary&fields=labels', JIRA],
    ['/jira/rest/api/3/search/jql?jql=a%3Db&jql=labels%3Db&maxResults=1&maxResults=2&nextPageToken=a&nextPageToken=', JIRA],
    ['/jira/rest/api/3/user/search?query=a&query=ravi&startAt=1&startAt=0', JIRA],
    [`${MESSAGES}?To=a&To=b&PageSize=1&PageSize=2&DateSent=a&DateSent=2026-01-01`, TWILIO],
    ['/github/search/code?q=a&q=b', `Bearer ${KNOWN.githubToken}`],
    [
      `/github/repos/${KNOWN.githubOwner}/${KNOWN.githubRepo}/commits?sha=a&sha=HEAD&per_page=1&per_page=2&since=a&since=2026-01-01T00:00:00Z`,
      `Bearer ${KNOWN.githubToken}`,
    ],
  ]
  for (const [path, authorization] of twice) {
    const headers = { accept: 'application/json', 'user-agent': 'test', ...(authorization && { authorization }) }
    const { status } = await fetch(`${standIns.url}${path}`, { headers, redirect: 'manual' })
    expect([path, status < 500]).toEqual([path, true])
  }
})
