import { STAND_IN_CREDENTIALS as STAND_IN } from '@oncall-lab/stand-ins/api'
import { request } from 'undici'
import type { Lab } from '../lab.ts'

/** A record as the Table API gives it. */
type DeskRecord = Record<string, string>

const ANSWER_WITHIN_MS = 10_000

/** The service desk: opens and reads incident records at the stand-in, as any program with an account would. */
export function serviceDesk({ book }: Lab) {
  const table = `${book.url('standIns')}/servicenow/api/now/table/incident`
  const authorization = `Basic ${Buffer.from(`${STAND_IN.serviceNowUser}:${STAND_IN.serviceNowPassword}`).toString('base64')}`
  const call = async (method: 'GET' | 'POST' | 'PATCH', path: string, body?: object): Promise<DeskRecord> => {
    const answer = await request(`${table}${path}`, {
      method,
      headers: { authorization, accept: 'application/json', ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    })
    const text = await answer.body.text()
    if (answer.statusCode >= 300) throw new Error(`ServiceNow answered ${answer.statusCode}: ${text.slice(0, 200)}`)
    return (JSON.parse(text) as { result: DeskRecord }).result // The Table API's documented shape.
  }
  return {
    open: (fields: DeskRecord) => call('POST', '', fields),
    read: (sysId: string) => call('GET', `/${sysId}?sysparm_display_value=true`),
  }
}
