import { request } from 'undici'
import type { Change } from './incident-table.ts'
import { displayOf } from './record.ts'

/** Where the rule posts to, and the bearer token that it shows there; without an address it is off. */
export interface WebhookSettings {
  url: string | undefined
  token: string | undefined
}

const ANSWER_WITHIN_MS = 10_000

/**
 * The instance's business rule on `incident`, after insert and update, asynchronous: it posts the shape that its owner chose, unsigned, one try each, in no order that could
 * be relied on. It is a hint; the record is what counts.
 */
export function createBusinessRule({ url, token }: WebhookSettings) {
  const underWay = new Set<Promise<unknown>>()
  return {
    onChange({ record, kind }: Change): void {
      if (url === undefined) return
      const { u_host = '', u_ip_address = '', u_service = '' } = record
      const body = {
        incident_number: record.number,
        short_description: record.short_description,
        description: record.description,
        priority: displayOf('priority', record.priority ?? ''),
        category: record.category,
        assignment_group: record.assignment_group,
        state: record.state,
        target: { hostname: u_host, ip_address: u_ip_address, service: u_service },
        sys_id: record.sys_id,
        sys_mod_count: record.sys_mod_count,
        event: kind,
      }
      const call = request(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(token !== undefined && { authorization: `Bearer ${token}` }) },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
      })
        .then(({ body: answer }) => answer.dump())
        .catch(() => undefined) // Nobody is told; the record is read again by whoever cares.
      underWay.add(call)
      void call.finally(() => underWay.delete(call))
    },
    close: () => Promise.all(underWay),
  }
}
