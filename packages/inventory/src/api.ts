import { type Static, Type } from 'typebox'
import { faultRequest } from './faults/fault.ts'
import { FAULTS } from './faults/fault-list.ts'

/** An item's id as it stands in a path. */
export const ItemId = Type.String({ pattern: '^[A-Za-z0-9_-]{1,64}$', description: '1 to 64 letters, digits, - or _' })

/** Characters that a database stores and gives back as they are: PostgreSQL knows no NUL, and half a surrogate pair is none in UTF-8. */
const Text = Type.String({ minLength: 1, maxLength: 65_536, pattern: '^[^\\u0000\\uD800-\\uDFFF]*$' })

/** What a shop knows about an item; the body of `PUT /items/{id}`. Texts may be long (at most 65,536 characters each), unknown fields are refused. */
export const Item = Type.Object(
  {
    name: Text,
    /** In the shop's currency. */
    price: Type.Number({ minimum: 0, maximum: 1e9 }),
    manufacturer: Text,
    /** Pieces in stock. */
    quantity: Type.Integer({ minimum: 0, maximum: 1e9 }),
  },
  { additionalProperties: false },
)
export type Item = Static<typeof Item>

/** An item with its id: the answer of GET and PUT on `/items/{id}`. */
export const StoredItem = Type.Object({ id: Type.String(), ...Item.properties })
export type StoredItem = Static<typeof StoredItem>

/** The answer of GET on `/items/{id}`; `badge` is there where the shop shows badges. */
export const ShownItem = Type.Object({ ...StoredItem.properties, badge: Type.Optional(Type.String()) })

/** An item in a list; `reserved` are the pieces that were reserved of it in the last 24 hours. */
export const ListedItem = Type.Object({ ...StoredItem.properties, reserved: Type.Integer() })
export type ListedItem = Static<typeof ListedItem>

/** `GET /items?limit=100&after=17`: one page in the order of ids (as texts); `next` is the `after` of the next page, null on the last. */
export const ItemPage = Type.Object({ items: Type.Array(ListedItem), next: Type.Union([Type.String(), Type.Null()]) })
export type ItemPage = Static<typeof ItemPage>

/** `POST /items/{id}/reservations`: takes so many pieces out of stock, each time it is sent; 409 when there are fewer. */
export const ReservationRequest = Type.Object({ quantity: Type.Integer({ minimum: 1, maximum: 1e9 }) }, { additionalProperties: false })

/** Its 201: what was reserved and what is left. */
export const Reservation = Type.Object({ id: Type.String(), reserved: Type.Integer(), left: Type.Integer() })
export type Reservation = Static<typeof Reservation>

/** The faults of an instance, and what is declared of each. */
export { type FaultDeclaration, TTL_SECONDS } from './faults/fault.ts'
export { FAULTS as INSTANCE_FAULTS } from './faults/fault-list.ts'

/** Their modes; `none` ends whatever is active. */
export type FaultMode = FaultRequest['mode']

/** `POST /faults` of one instance, and the part of the process manager's `POST /fault` that goes there. */
export const FaultRequest = faultRequest(FAULTS)
export type FaultRequest = Static<typeof FaultRequest>

/** One line of the error log, as written to disk and as `GET /logs/tail` returns it. */
export const LogEntry = Type.Object({
  /** RFC 3339, UTC. */
  ts: Type.String(),
  level: Type.String(),
  /** `127.0.0.1:8001`: the same name as Prometheus' `instance` label. */
  instance: Type.String(),
  pid: Type.Integer(),
  message: Type.String(),
  method: Type.Optional(Type.String()),
  /** The route's template, e.g. `/items/:id`. */
  route: Type.Optional(Type.String()),
  status: Type.Optional(Type.Integer()),
  /** The error's class, e.g. `TypeError`. */
  error: Type.Optional(Type.String()),
  /** The error's code where it has one: an SQLSTATE (`57014`) or Node's (`ECONNREFUSED`). */
  code: Type.Optional(Type.String()),
  /** Of an error that ended the process: the one request whose work threw it, `GET /items/17`. */
  ended_by: Type.Optional(Type.String()),
  /** As V8 prints it, file paths relative to the repository's root. */
  stack: Type.Optional(Type.String()),
})
export type LogEntry = Static<typeof LogEntry>

/** `GET /logs/tail?seconds=15&limit=500`: the newest entries of all instances, oldest first. */
export const LogsTail = Type.Object({
  entries: Type.Array(LogEntry),
  /** How many entries the window holds; more than `entries.length` when `limit` cut it. */
  count: Type.Integer(),
})
export type LogsTail = Static<typeof LogsTail>
