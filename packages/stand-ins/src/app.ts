import type { DatabaseSync } from 'node:sqlite'
import { buildService, createRegistry, type Service } from '@oncall-lab/service-kit/service'
import { faultRoutes } from './faults/fault-routes.ts'
import { createFaults } from './faults/faults.ts'
import { githubRoutes } from './github/github-routes.ts'
import type { SourceTree } from './github/source-tree.ts'
import { createIssueStore } from './jira/issue-store.ts'
import { jiraRoutes } from './jira/jira-routes.ts'
import { createJiraSite } from './jira/jira-site.ts'
import { listIssues } from './jira/list-issues.ts'
import type { ProjectShape } from './jira/project-shape.ts'
import { mailRoutes } from './mail/mail-routes.ts'
import type { Mailbox } from './mail/mailbox.ts'
import { createMetrics } from './metrics.ts'
import { phoneRoutes } from './phone/phone-routes.ts'
import { createBusinessRule, type WebhookSettings } from './servicenow/business-rule.ts'
import { createIncidentTable } from './servicenow/incident-table.ts'
import { listRecords } from './servicenow/list-records.ts'
import { usersOfInstance } from './servicenow/people.ts'
import { serviceNowRoutes } from './servicenow/servicenow-routes.ts'
import { createMessageStore } from './twilio/message-store.ts'
import { createStatusCallbacks } from './twilio/status-callbacks.ts'
import type { TwilioAccount } from './twilio/twilio-account.ts'
import { twilioRoutes } from './twilio/twilio-routes.ts'

interface StandInOptions {
  db: DatabaseSync
  twilio: TwilioAccount
  jira: { email: string; apiToken: string; projectKey: string; shape?: ProjectShape }
  serviceNow: { user: string; password: string; webhook?: WebhookSettings }
  github: { owner: string; repo: string; token: string }
  tree: SourceTree
  /** The agent, whose incident is shown beside the phone's conversation. */
  agent?: { url: string; token?: string | undefined } | undefined
  /** Where mail arrives; closed with the app. */
  mailbox?: Mailbox | undefined
  logLevel?: 'silent' | 'debug' | 'info' | 'warn' | 'error'
  /** Milliseconds since 1970. */
  now?: () => number
}

/** Twilio under `/twilio`, Jira Cloud under `/jira`, ServiceNow under `/servicenow`, GitHub under `/github`, the phone at `/`, and their fault switch. Each vendor's scope answers in that vendor's shape. */
export async function buildApp({
  db,
  twilio,
  jira,
  serviceNow,
  github,
  tree,
  mailbox,
  agent,
  logLevel = 'info',
  now = Date.now,
}: StandInOptions): Promise<Service> {
  const registry = createRegistry()
  const metrics = createMetrics(registry)
  const app = buildService(registry, { name: 'stand-ins', logLevel })
  const messages = createMessageStore(db)
  const issues = createIssueStore(db)
  const site = createJiraSite(jira)
  const faults = createFaults(now)
  const callbacks = createStatusCallbacks(twilio, faults)
  await app.register(twilioRoutes, { prefix: '/twilio', account: twilio, store: messages, metrics, faults, callbacks, now })
  await app.register(jiraRoutes, { prefix: '/jira', site, store: issues, metrics, faults, now })
  const rule = createBusinessRule(serviceNow.webhook ?? { url: undefined, token: undefined })
  const table = createIncidentTable(db, { now, onChange: rule.onChange })
  const people = usersOfInstance(jira.email)
  await app.register(serviceNowRoutes, {
    prefix: '/servicenow',
    account: { user: serviceNow.user, password: serviceNow.password },
    table,
    people,
    metrics,
    faults,
  })
  await app.register(githubRoutes, { prefix: '/github', repository: github, tree, metrics, faults, now })
  await app.register(faultRoutes, { faults })
  await app.register(phoneRoutes, {
    account: twilio,
    store: messages,
    callbacks,
    listIssues: () => [...listIssues(issues, site), ...listRecords(table, people)],
    agent,
    now,
  })
  await app.register(mailRoutes, { mailbox })
  app.addHook('onClose', async () => {
    await mailbox?.close()
    callbacks.close()
    await rule.close()
    db.close()
  })
  return app
}
