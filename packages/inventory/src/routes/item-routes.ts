import { conflict, notFound } from '@oncall-lab/service-kit/errors'
import type { Service } from '@oncall-lab/service-kit/service'
import { Type } from 'typebox'
import { Item, ItemId, ItemPage, Reservation, ReservationRequest, ShownItem, StoredItem } from '../api.ts'
import { badgeOf } from '../badges.ts'
import type { ItemStore } from '../store/item-store.ts'

const params = Type.Object({ id: ItemId })
const PageQuery = Type.Object(
  { limit: Type.Integer({ minimum: 1, maximum: 1_000, default: 100 }), after: Type.Union([Type.Literal(''), ItemId], { default: '' }) },
  { additionalProperties: false },
)

/** What the routes of items are made of. */
interface ItemRouteParts {
  store: ItemStore
  /** Items are shown with their badges. */
  badges: boolean
  /** Sees each item that a customer looks at. */
  viewed: (item: StoredItem) => void
}

/** `/items`, `/items/{id}` and its reservations. */
export function addItemRoutes(app: Service, { store, badges, viewed }: ItemRouteParts): void {
  app.get('/items', { schema: { querystring: PageQuery, response: { 200: ItemPage } } }, ({ query }) => store.page(query))

  app.get('/items/:id', { schema: { params, response: { 200: ShownItem } } }, async ({ params: { id } }) => {
    const item = await store.get(id)
    if (!item) throw unknownItem(id)
    viewed(item)
    return badges ? { ...item, badge: badgeOf(item) } : item
  })

  app.put('/items/:id', { schema: { params, body: Item, response: { 200: StoredItem, 201: StoredItem } } }, async (request, reply) => {
    const item = { id: request.params.id, ...request.body }
    const outcome = await store.put(item)
    return reply.code(outcome === 'created' ? 201 : 200).send(item)
  })

  app.delete('/items/:id', { schema: { params, response: { 204: Type.Null() } } }, async ({ params: { id } }, reply) => {
    if (!(await store.remove(id))) throw unknownItem(id)
    return reply.code(204).send(null)
  })

  const reservation = { params, body: ReservationRequest, response: { 201: Reservation } }
  app.post('/items/:id/reservations', { schema: reservation }, async ({ params: { id }, body: { quantity } }, reply) => {
    const outcome = await store.reserve(id, quantity)
    if (outcome.kind === 'unknown_item') throw unknownItem(id)
    if (outcome.kind === 'not_enough') throw conflict(`body.quantity is ${quantity}, and of item ${id} there are ${outcome.left} left`)
    return reply.code(201).send({ id, reserved: quantity, left: outcome.left })
  })
}

function unknownItem(id: string): Error {
  return notFound(`There is no item ${id}`)
}
