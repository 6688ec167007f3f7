import { registerOpenApi as registerDocument } from '@oncall-lab/service-kit/openapi'
import type { Service } from '@oncall-lab/service-kit/service'
import { Health } from './api.ts'

export { answersWith } from '@oncall-lab/service-kit/openapi'

/** `GET /api/openapi.json`: the routes that are registered after this call. */
export function registerOpenApi(app: Service): void {
  registerDocument(app, { title: 'on-call-agent', health: Health })
}
