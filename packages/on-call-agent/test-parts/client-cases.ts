import { DATABASE_FAULTS } from './database-faults.ts'
import { HOST_FAULTS } from './host-faults.ts'
import { type LookExceptions, lookFaults } from './look-faults.ts'
import { MAIL_CUTS, MAIL_REFUSALS, MAIL_SILENCES, NO_MAIL_SERVER } from './mail-faults.ts'
import { MODEL_FAULTS_THAT_PASS, MODEL_REFUSALS } from './model-faults.ts'
import { type Claim, RECEIVER_FAULTS, VENDOR_FAULTS } from './vendor-faults.ts'

/** GitHub answers 403 for its limit on requests. */
export const OF_GITHUB: LookExceptions = { '403': { claim: 'retryable' }, '404': { code: 'no_such_file' } }

/** Its own 503 is JSON with the backends; what has none of that is another's. */
export const OF_BALANCER: LookExceptions = {
  '503 with Retry-After': { claim: 'final', code: 'upstream_garbled' },
  '503 with a page of a proxy': { claim: 'final', code: 'upstream_garbled' },
}

/** The API's own words for a refusal. */
export const OF_KUBERNETES: LookExceptions = {
  '401': { code: 'unauthorized' },
  '403': { code: 'forbidden' },
  '404': { code: 'not_found' },
  '409': { code: 'conflict' },
  '422': { code: 'invalid' },
}

/** What the agent does to a system, once: whatever the failure, the world is read and the deed is not repeated. */
export const DEED_FAULTS = VENDOR_FAULTS.map((fault) => ({ ...fault, claim: 'uncertain' as const }))

/** The failed calls that the tests try on each client of ours, each with what is claimed of it: the tests take them from the same lists. */
export const CLIENT_CASES: Record<string, readonly { claim: Claim }[]> = {
  'WhatsApp (Twilio): a message': VENDOR_FAULTS,
  'a signed webhook: a message': RECEIVER_FAULTS,
  'mail: a message': [...MAIL_REFUSALS, ...MAIL_SILENCES, ...MAIL_CUTS, NO_MAIL_SERVER],
  'Jira: a ticket': VENDOR_FAULTS,
  'ServiceNow: a ticket': VENDOR_FAULTS,
  'GitHub: a look': lookFaults(OF_GITHUB),
  'Prometheus: a look': lookFaults(),
  'Alertmanager: a look': lookFaults(),
  'the load balancer: a look': lookFaults(OF_BALANCER),
  'the process manager: a look': lookFaults(),
  'the process manager: a deed': DEED_FAULTS,
  'Kubernetes: a look': lookFaults(OF_KUBERNETES),
  'Kubernetes: a deed': DEED_FAULTS,
  'a machine over SSH: a command': Object.values(HOST_FAULTS),
  'PostgreSQL: a look': DATABASE_FAULTS,
  'an MCP server: a call': lookFaults(),
  'an agent elsewhere (A2A): a question': lookFaults(),
  'a model server: an answer': [
    ...MODEL_REFUSALS.map(() => ({ claim: 'final' as const })),
    ...MODEL_FAULTS_THAT_PASS.map(() => ({ claim: 'retryable' as const })),
  ],
}
