import { type Static, Type } from 'typebox'

/** What the shop rests on beside its instances, as far as it can be started from here. */
export const PartName = Type.Enum(['database', 'load-balancer'])
export type PartName = Static<typeof PartName>

/** `running` while it answers; `down` while it is kept from running; `starting` in between. */
const PartState = Type.Enum(['running', 'starting', 'down'])

/** One such part. */
export const ShopPart = Type.Object({
  part: PartName,
  state: PartState,
  /** False for somebody else's, which is never started or stopped from here. */
  is_ours: Type.Boolean(),
})
export type ShopPart = Static<typeof ShopPart>

/** `GET /parts`. */
export const PartList = Type.Object({ parts: Type.Array(ShopPart) })

/** `POST /start-part`: a part that is down. */
export const StartPartRequest = Type.Object({ part: PartName }, { additionalProperties: false })

/** The answer of `/start-part`, given when the part answers, or after 20 s: then `ok` is false, and it may still come up. */
export const StartPartResult = Type.Object({ ok: Type.Boolean(), part: PartName, state: PartState })
export type StartPartResult = Static<typeof StartPartResult>
