import type { FleetEvent } from '@oncall-lab/process-manager/api'
import type { World } from '../../lab/world.ts'
import type { Deed, RuleOfThumb, ThumbReport } from './rule-of-thumb.ts'

/** Blames what was changed last, and undoes it. */
export const lastChange: RuleOfThumb = {
  name: 'last-change',
  async think(world) {
    const changes = (await world.events(0)).filter(
      (event) => ['scaled', 'deploy_started', 'setting_changed'].includes(event.type) && isByPeople(event),
    )
    const last = changes.at(-1)
    if (!last)
      return { says: { status: 'inconclusive', cause: 'unknown', component: '', root_cause: 'Nothing was changed.', confidence: 0.2 } }
    const act = undo(world, last)
    return {
      says: { ...blame(last), confidence: 0.7, evidence: [{ quote: `${last.type} at ${last.at} by ${last.by}` }] },
      ...(act && { act }),
    }
  },
}

function isByPeople({ by }: FleetEvent): boolean {
  return !/^the (start|supervisor)/.test(by)
}

function blame(event: FleetEvent): Pick<ThumbReport, 'cause' | 'component' | 'root_cause'> {
  if (event.type === 'scaled')
    return { cause: 'capacity_reduced', component: 'process manager', root_cause: `It was scaled from ${event.from} to ${event.to}.` }
  if (event.type === 'setting_changed')
    return {
      cause: 'bad_configuration',
      component: event.component ?? 'inventory',
      root_cause: `${event.setting} was changed from ${event.from} to ${event.to}.`,
    }
  return { cause: 'bad_release', component: 'inventory', root_cause: `${event.release} was deployed.` }
}

function undo(world: World, { type, from, component, setting, ports }: FleetEvent): Deed | undefined {
  if (from === undefined || from === null) return undefined
  if (type === 'scaled')
    return { action: 'scale_service', arguments: { replicas: Number(from) }, run: () => world.change('/scale', { replicas: Number(from) }) }
  if (type === 'setting_changed')
    return {
      action: 'change_setting',
      arguments: { component, setting, value: from },
      run: () => world.change('/settings', { component, setting, value: from, ...(ports && { ports }) }),
    }
  return {
    action: 'deploy_release',
    arguments: { release: from },
    run: () => world.change('/deploy', { release: from, ...(ports && { ports }) }),
  }
}
