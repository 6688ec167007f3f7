import type { Capabilities, ConnectorFacts } from './api.ts'
import type { Connected } from './connector.ts'
import type { Target } from './targets/target.ts'

interface Lists {
  models: Connected<unknown>
  targets: Connected<Target>
  triggers: Connected<unknown>
  channels: Connected<unknown>
  trackers: Connected<unknown>
}

const NO_MODEL: ConnectorFacts = { id: 'model', name: 'Model', kind: 'off', address: null }

/** What there is, as `GET /api/capabilities` says it. */
export function describeCapabilities(
  { models, targets, triggers, channels, trackers }: Lists,
  inquiries: Capabilities['inquiries'],
): Capabilities {
  return {
    model: models.about[0] ?? NO_MODEL,
    targets: targets.about.map((facts) => {
      const target = targets.ports.find(({ id }) => id === facts.id)
      const functions = (target?.functions ?? []).map(({ name, description }) => ({ name, description }))
      const actions = (target?.actions ?? []).map(({ name, description, level }) => ({ name, description, level }))
      return { ...facts, ...(target && { sees: target.sees }), functions, actions }
    }),
    triggers: triggers.about,
    channels: channels.about,
    trackers: trackers.about,
    ...(inquiries && { inquiries }),
  }
}
