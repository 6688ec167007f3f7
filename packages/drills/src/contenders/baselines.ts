import { UpstreamError } from '@oncall-lab/service-kit/errors'
import type { Report } from '../report.ts'
import { awaitPage, NO_USAGE } from './await-page.ts'
import { lastChange } from './baseline/last-change.ts'
import { loudestLogLine } from './baseline/loudest-log-line.ts'
import { nSigma } from './baseline/n-sigma.ts'
import type { RuleOfThumb } from './baseline/rule-of-thumb.ts'
import type { Contender } from './contender.ts'

const doNothing: RuleOfThumb = {
  name: 'do-nothing',
  onlyLooks: true,
  async think() {
    return { says: { status: 'inconclusive', cause: 'unknown', component: '', root_cause: 'It was not looked at.', confidence: 0 } }
  },
}

const alwaysRestart: RuleOfThumb = {
  name: 'always-restart',
  async think(world) {
    return {
      says: { cause: 'bad_instance', component: 'inventory', root_cause: 'The processes are in a bad state.', confidence: 0.5 },
      act: { action: 'restart_instance', arguments: {}, run: () => world.change('/rolling-restart', {}) },
    }
  },
}

const alwaysRollBack: RuleOfThumb = {
  name: 'always-roll-back',
  async think(world) {
    const { current, releases } = await world.releases()
    const from = releases.find(({ release }) => release === current)?.from ?? current
    const strays = releases.filter(({ release, ports }) => release !== current && ports.length > 0)
    const release = strays.length > 0 ? current : from
    return {
      says: { cause: 'bad_release', component: 'inventory', root_cause: `The release is to blame; back to ${release}.`, confidence: 0.5 },
      act: { action: 'deploy_release', arguments: { release }, run: () => world.change('/deploy', { release }) },
    }
  },
}

/** The rules of thumb that every table holds. */
export const BASELINES: readonly Contender[] = [doNothing, alwaysRestart, alwaysRollBack, loudestLogLine, lastChange, nSigma].map(
  asContender,
)

function asContender({ name, onlyLooks, think }: RuleOfThumb): Contender {
  return {
    name,
    ...(onlyLooks && { onlyLooks }),
    model: async () => name,
    async answer(call) {
      await awaitPage(call)
      const pagedAt = Date.now()
      const { says, act } = await think(call.world, call.since)
      const evidence = says.evidence ?? []
      const report: Report = { status: 'diagnosed', next_steps: [], hypotheses: [], ...says, evidence }
      return {
        report,
        pagedAt,
        answeredAt: Date.now(),
        citations: evidence.map(({ quote, query }) => ({ says: quote ?? query ?? '', stands: true })),
        usage: NO_USAGE,
        read: '',
        async followUp(wish) {
          if (!act || wish === 'ticket') return { actions: [], ticket: null }
          const atMs = Date.now()
          const isRefused = await runOrRefused(act.run)
          const done = { action: act.action, arguments: act.arguments }
          return { actions: [isRefused ? { ...done, status: 'failed', atMs: null } : { ...done, status: 'ran', atMs }], ticket: null }
        },
      }
    },
  }
}

/** Whether the system acted upon would not do it (a 409, say): that is the answer's failure, not the lab's. */
export async function runOrRefused(run: () => Promise<unknown>): Promise<boolean> {
  try {
    await run()
    return false
  } catch (error) {
    if (error instanceof UpstreamError && error.upstreamStatus !== undefined && error.upstreamStatus < 500) return true
    throw error
  }
}
