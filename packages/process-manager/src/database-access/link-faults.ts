import type { FaultDeclaration } from '@oncall-lab/inventory/api'
import { Type } from 'typebox'

/** The link between an instance and the database is slow. */
const link = {
  mode: 'link',
  says: 'the link between an instance and the database is slow',
  fields: {
    delay_ms: Type.Integer({
      minimum: 1,
      maximum: 10_000,
      default: 400,
      description: 'milliseconds that each answer of the database comes later',
    }),
  },
  trial: { seconds: 40, shows: ['db_phase'] },
} as const satisfies FaultDeclaration

/** The link is cut: nothing arrives on either side. */
const linkCut = {
  mode: 'link_cut',
  says: 'the link between an instance and the database is cut: nothing arrives, nothing is refused',
  fields: {},
  trial: { seconds: 40, shows: ['errors', 'db_phase'] },
} as const satisfies FaultDeclaration

/** All faults of a link. */
export const LINK_FAULTS = [link, linkCut] as const
