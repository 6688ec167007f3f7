import type { Incident } from '../../api.ts'
import { SHOP_SERVICES } from '../shop.ts'
import { notSeen } from '../target.ts'

/** The fleet holds the shop and nothing else. @throws LabError `not_seen` for an incident of another service. */
export function requireShop({ service }: Incident): void {
  if (!SHOP_SERVICES.includes(service)) throw notSeen(service, `The fleet holds ${SHOP_SERVICES.join(', ')}`)
}
