import { setTimeout as sleep } from 'node:timers/promises'
import { conflict, notFound } from '@oncall-lab/service-kit/errors'
import type { Service } from '@oncall-lab/service-kit/service'
import { Type } from 'typebox'
import { LinkedIncident } from '../../api.ts'
import { defineConnector } from '../../connector.ts'
import { createServiceNowClient, type ServiceNowClient } from '../../servicenow/client.ts'
import { ServiceNowError } from '../../servicenow/servicenow-error.ts'
import { chooseServiceNow } from '../../servicenow/settings.ts'
import { isOver } from '../../servicenow/states.ts'
import type { Trigger, TriggerRouteDependencies } from '../trigger.ts'
import { toAlert } from './read-record.ts'
import { createReporter } from './report-back.ts'
import { serviceNowSettings } from './settings.ts'

const ROUND_MS = 1_000
/** After a refusal, unless the instance says how long. */
const PAUSE_MS = 15_000

/** Incident records of ServiceNow, told of by its business rule through the gateway. */
export const servicenow = defineConnector<Trigger, typeof serviceNowSettings>({
  id: 'servicenow',
  settings: serviceNowSettings,
  connect(config) {
    const { access, about } = chooseServiceNow(config)
    const client = createServiceNowClient(access)
    const instance = new URL(access.url).host
    const port: Trigger = {
      id: 'servicenow',
      routes: (app, deps) => registerServiceNowRoutes(app, { client, instance }, deps),
      async reconcile(deps, signal) {
        const reporter = createReporter({ client, instance, closeCode: access.closeCode }, deps)
        while (!signal.aborted) {
          const pause = await reporter.round(signal).then(
            () => ROUND_MS,
            (error: unknown) => {
              if (signal.aborted) return 0
              deps.onError('reporting to ServiceNow', error)
              return error instanceof ServiceNowError ? (error.failed.retryAfterMs ?? PAUSE_MS) : PAUSE_MS
            },
          )
          await sleep(pause, undefined, { signal }).catch(() => undefined)
        }
      },
    }
    return { kind: 'on', port, about }
  },
})

/** A hint: which record may have changed. Nothing else of it is believed. */
const RecordHint = Type.Object(
  {
    sys_id: Type.Optional(Type.String({ pattern: '^[0-9a-f]{32}$', description: 'a sys_id of 32 hexadecimal digits' })),
    number: Type.String({ pattern: '^[A-Za-z0-9_-]{1,64}$', description: 'a number such as INC0010001' }),
  },
  { additionalProperties: false },
)

/** `POST /api/servicenow/records`: reads the record and opens, keeps or ends its incident. */
export function registerServiceNowRoutes(
  app: Service,
  { client, instance }: { client: ServiceNowClient; instance: string },
  { receive, find }: TriggerRouteDependencies,
): void {
  app.post(
    '/api/servicenow/records',
    { schema: { body: RecordHint, response: { 200: LinkedIncident, 201: LinkedIncident } } },
    async ({ body: { sys_id, number } }, reply) => {
      const record = sys_id === undefined ? (await client.findBy('number', number))[0] : await client.read(sys_id)
      if (!record || record.value('number') !== number) throw notFound(`body.number: ServiceNow has no record ${number} under this sys_id`)
      const [outcome] = await receive([toAlert(record, instance, new Date())])
      if (!outcome?.incidentId) {
        const state = isOver(record.value('state')) ? 'is over' : 'was worked on before'
        throw conflict(`${number} ${state}; nothing is opened for it`)
      }
      const incident = await find(outcome.incidentId)
      return reply.code(outcome.effect === 'opened' ? 201 : 200).send(incident)
    },
  )
}
