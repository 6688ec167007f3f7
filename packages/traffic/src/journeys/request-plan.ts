import { createStreams } from '../random.ts'
import { type BrowseSettings, createBrowsing } from './browsing.ts'
import { itemBody } from './item-body.ts'
import { createItemIds, type IdSettings } from './item-ids.ts'
import type { Mix } from './mix.ts'
import type { PlannedRequest } from './operation.ts'

/** What the requests are like. */
export interface PlanSettings extends IdSettings, BrowseSettings {
  mix: Mix
  payloadKb: number
  /** The same seed, the same requests. */
  seed: number
  /** All requests are a GET of this path. */
  path: string | undefined
}

/** When an arrival is, in seconds since the start, and the share of the requests then, 0..1, to the route that always fails. */
export interface Arrival {
  at: number
  errorShare: number
}

/** A request that is decided on; its text is made when it is asked for. */
export type Choice = () => PlannedRequest

/**
 * Returns the planner of requests, to be called for each arrival in order. What an arrival asks for depends on the seed, on its place and on the
 * arrivals before it, never on answers: each thread plans all of them and sends its own.
 */
export function createRequestPlan(settings: PlanSettings): (arrival: Arrival) => Choice {
  const { mix, path } = settings
  const choose = createStreams(settings.seed ^ 0x5eed)
  const fill = createStreams(settings.seed ^ 0xb0d1)
  const drawId = createItemIds(settings)
  const browsing = createBrowsing(settings)
  const reservations = mix.put + mix.reserve
  const unknown = reservations + mix.unknown
  const list = unknown + mix.list
  let place = -1

  return ({ at, errorShare }) => {
    place += 1
    const mine = place
    if (path !== undefined) return () => ({ operation: 'get_path', method: 'GET', path })
    const random = choose(mine)
    if (random() < errorShare) return () => ({ operation: 'trigger_error', method: 'GET', path: '/random-endpoint/error' })
    const lot = random()
    if (lot < list && lot >= unknown) return browsing.list(at, drawId(random), random)
    if (lot < unknown && lot >= reservations)
      return () => ({ operation: 'get_unknown_item', method: 'GET', path: `/items/unknown-${mine}` })
    if (lot >= list) {
      const id = browsing.follow(at) ?? drawId(random)
      return () => ({ operation: 'get_item', method: 'GET', path: `/items/${id}` })
    }
    const id = drawId(random)
    if (lot >= mix.put) return () => reservationOf(id, fill(mine)())
    return () => ({
      operation: 'put_item',
      method: 'PUT',
      path: `/items/${id}`,
      body: itemBody(id, settings.payloadKb * 1_024, fill(mine)),
    })
  }
}

/** One to three pieces, mostly one. */
function reservationOf(id: number, lot: number): PlannedRequest {
  const quantity = lot < 0.7 ? 1 : lot < 0.9 ? 2 : 3
  return { operation: 'reserve_item', method: 'POST', path: `/items/${id}/reservations`, body: `{"quantity":${quantity}}` }
}
