import type { InvestigatorDependencies } from './investigation/investigator.ts'
import { countSecondLooks, decideSecondLook, lookAgain, madeBy, newsOf } from './investigation/second-look.ts'
import type { Store } from './store/ports.ts'

interface SecondLooksOptions {
  store: Store
  investigation: InvestigatorDependencies
  afterMs: readonly number[]
  /** Runs tasks of one incident one after the other. */
  work: (key: string, what: string, task: (signal: AbortSignal) => Promise<void>) => void
  /** Called when an incident was looked at again. */
  onLooked: (incidentId: string) => void
  onError: (what: string, error: unknown) => void
}

/** Looks again at incidents whose diagnosis did not settle the cause. What this process does not do after a restart, another look of the next one does. */
export function createSecondLooks({ store, investigation, afterMs, work, onLooked, onError }: SecondLooksOptions) {
  const timers = new Map<string, NodeJS.Timeout>()

  const decide = async (held: Store, incidentId: string) => {
    const incident = await held.incidents.find(incidentId)
    if (!incident) return { kind: 'none' as const }
    const looks = countSecondLooks(await held.transcripts.read(incidentId))
    const timeline = await held.incidents.timeline(incidentId)
    const decision = decideSecondLook({ incident, madeBy: madeBy(timeline), looks, afterMs, news: newsOf(timeline), now: new Date() })
    return decision.kind === 'look' ? { kind: 'look' as const, incident } : decision
  }
  const look = (incidentId: string) =>
    work(incidentId, `second look at ${incidentId}`, async (signal) => {
      const outcome = await store.hold(incidentId, async (held, lost) => {
        const either = AbortSignal.any([signal, lost])
        const decision = await decide(held, incidentId)
        if (decision.kind === 'look') await lookAgain({ ...investigation, store: held }, decision.incident, either)
      })
      if (outcome.kind === 'done') onLooked(incidentId)
    })

  const follow = (incidentId: string): void => {
    clearTimeout(timers.get(incidentId))
    timers.delete(incidentId)
    decide(store, incidentId).then(
      (decision) => {
        if (decision.kind === 'look') look(incidentId)
        if (decision.kind === 'wait') timers.set(incidentId, setTimeout(follow, decision.ms, incidentId).unref())
      },
      (error: unknown) => onError(`whether to look again at ${incidentId}`, error),
    )
  }
  return {
    /** To be called when an investigation of the incident ended. */
    follow,
    /** To be called when an alert came to the incident that may tell of another trouble. Cheap: a storm brings thousands. */
    notice(incidentId: string): void {
      if (!timers.has(incidentId)) timers.set(incidentId, setTimeout(follow, afterMs[0] ?? 0, incidentId).unref())
    },
    stop(): void {
      for (const timer of timers.values()) clearTimeout(timer)
    },
  }
}
