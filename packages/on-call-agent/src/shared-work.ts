import type { InboundMessage, Store } from './store/ports.ts'

interface SharedWorkOptions {
  store: Store
  /** Runs tasks of one key one after the other. */
  work: (key: string, what: string, task: (signal: AbortSignal) => Promise<void>) => void
  /** Waited for before an investigation is taken. */
  ready: () => Promise<void>
  investigate: (store: Store, incidentId: string, signal: AbortSignal) => Promise<void>
  /** Called after an investigation of this process. */
  onInvestigated: (incidentId: string) => void
  answer: (store: Store, message: InboundMessage, signal: AbortSignal) => Promise<void>
}

/**
 * The work on incidents and messages, each done by one of the processes that share the store: the work of an incident is held while it is
 * investigated or its messages are answered. What another process has or has done is passed over.
 */
export function createSharedWork({ store, work, ready, investigate, onInvestigated, answer }: SharedWorkOptions) {
  const investigating = new Set<string>()
  const answering = new Set<number>()

  const hold = (key: string, signal: AbortSignal, task: (store: Store, signal: AbortSignal) => Promise<void>) =>
    store.hold(key, (held, lost) => task(held, AbortSignal.any([signal, lost])))

  return {
    investigate(incidentId: string): void {
      if (investigating.has(incidentId)) return
      investigating.add(incidentId)
      work(incidentId, `investigation of ${incidentId}`, async (signal) => {
        await ready()
        const outcome = await hold(incidentId, signal, async (held, either) => {
          if (store.isShared && !(await held.incidents.isPending(incidentId))) return
          await investigate(held, incidentId, either)
        })
        investigating.delete(incidentId)
        if (outcome.kind === 'done') onInvestigated(incidentId)
      })
    },
    answer(message: InboundMessage): void {
      if (answering.has(message.id)) return
      answering.add(message.id)
      work(keyOf(message), `answer to message ${message.id}`, async (signal) => {
        await hold(keyOf(message), signal, async (held, either) => {
          for (const each of store.isShared ? await unanswered(held, message) : [message]) await answer(held, each, either)
        })
        answering.delete(message.id)
      })
    },
  }
}

const keyOf = ({ incidentId, from }: InboundMessage) => incidentId ?? `person ${from}`

/** This message and the earlier ones to the same end: another process may have received them, and they come first. */
async function unanswered({ inbox }: Store, message: InboundMessage): Promise<InboundMessage[]> {
  const waiting = await inbox.unanswered()
  return waiting.filter((each) => keyOf(each) === keyOf(message) && each.id <= message.id)
}
