import { covering } from '../../coverage.ts'
import { defineTool } from '../../functions/tool.ts'
import { ListChangesArgs, ListChangesResult } from '../../look-functions.ts'
import type { FleetChange, ProcessManagerClient } from './process-manager.ts'
import { provenBefore } from './proven-before.ts'
import { requireShop } from './shop-only.ts'

const MINUTES = 60
const MOST = 14

/** `list_changes`: releases, scaling, settings, and whatever somebody did to the instances, with who it was. */
export function listChanges(processManager: ProcessManagerClient) {
  return defineTool({
    name: 'list_changes',
    description:
      'What was changed of the shop lately and by whom: releases (with what ran well before: back_to), scaling, settings, parts that were started, starts, stops and drains that somebody asked for. Newest first.',
    parameters: ListChangesArgs,
    result: ListChangesResult,
    async run({ minutes = MINUTES }, { incident, signal }): Promise<ListChangesResult> {
      requireShop(incident)
      const since = Date.now() - minutes * 60_000
      // Without their commits the changes are still worth something.
      const [events, releases] = await Promise.all([processManager.events(signal), processManager.releases(signal).catch(() => [])])
      const commits = new Map(releases.map(({ release, commit }) => [release, commit]))
      const changes = events.filter((event) => Date.parse(event.at) >= since && isChange(event)).toReversed()
      const ranWell = new Set(releases.filter(({ ran_well }) => ran_well).map(({ release }) => release))
      const told = changes.slice(0, MOST).map((change) => {
        const back = change.release === undefined ? undefined : provenBefore(change, events, ranWell)
        return { ...describe(change, commits), ...(back !== undefined && { back_to: back }) }
      })
      return { ...covering(minutes * 60, Math.max(0, changes.length - MOST)), changes: told }
    },
    summarise: ({ changes: [newest], changes }) =>
      newest
        ? `${changes.length} changes; the newest: ${newest.what}${newest.to ? ` to ${newest.to}` : ''} by ${newest.by} (${newest.at}).`
        : 'Nothing was changed.',
  })
}

/** What somebody did to the fleet or to an instance; the steps that a process takes by itself are none. */
const CHANGES = /^(?:scaled|deploy_started|deploy_finished|deploy_stopped|setting_changed|drained|undrained|removed|part_started)$/
const isChange = ({ by, type }: FleetChange) => CHANGES.test(type) && !/^the (?:supervisor|start of)/.test(by)

function describe(
  { at, type, by, port, ports, from, to, release, setting, component }: FleetChange,
  commits: ReadonlyMap<string, string>,
): ListChangesResult['changes'][number] {
  const [commit, fromCommit] = [release && commits.get(release), from && commits.get(from)]
  return {
    at,
    what: [type, component, setting].filter(Boolean).join(' '),
    by,
    ports: ports ?? (port === undefined ? [] : [port]),
    from: from ?? null,
    to: to ?? null,
    release: release ?? null,
    ...(commit && { commit }),
    ...(commit && fromCommit && { from_commit: fromCommit }),
  }
}
