import type { Service } from '@oncall-lab/service-kit/service'
import { PartList, StartPartRequest, StartPartResult } from './api.ts'
import type { Call } from './callers.ts'
import type { ShopParts } from './shop-parts.ts'

/** What the shop rests on beside its instances. */
export function addPartRoutes(app: Service, parts: ShopParts, callerOf: (call: Call) => string): void {
  app.get('/parts', { schema: { response: { 200: PartList } } }, () => parts.list())
  app.post('/start-part', { schema: { body: StartPartRequest, response: { 200: StartPartResult } } }, (request) =>
    parts.start(request.body.part, callerOf(request)),
  )
}
