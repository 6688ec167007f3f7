import type { CauseId } from '@oncall-lab/on-call-agent/api'
import type { Hands } from './hands.ts'

/** A cause with what a right diagnosis says of it. */
export interface Cause {
  id: string
  /** Any of these is right. */
  causes: CauseId[]
  /** Gives it; what it resolves to takes it back, whatever state the lab is in. `on` are the instances that the diagnosis has to name, where it is on some only. */
  give(hands: Hands): Promise<{ undo: () => Promise<unknown>; on?: string[] }>
  /** A file and a line belong to it. */
  hasPlace?: boolean
  /** No rule sees it: the trial asks the agent by an incident of its own. */
  asked?: { title: string; description: string }
  /** Seconds to wait for an alert. */
  within?: number
}

/** A fault of the fleet, in a random one of the instances where `alone`, with fields by chance. */
export function fault(mode: string, causes: CauseId[], { alone = false, fields = () => ({}), ...rest }: FaultOptions = {}): Cause {
  return {
    id: alone ? `${mode}, one instance` : mode,
    causes,
    ...rest,
    async give(hands) {
      const chosen = alone ? await hands.anInstance() : undefined
      await hands.post('/fault', { mode, ttl_seconds: 300, ...fields(hands.random), ...(chosen && { ports: [chosen.port] }) })
      return { undo: () => hands.post('/fault', { mode: 'none' }), ...(chosen && { on: [chosen.instance] }) }
    },
  }
}

interface FaultOptions extends Partial<Omit<Cause, 'give'>> {
  alone?: boolean
  fields?: (random: () => number) => object
}

/** A release, on one instance where `alone`. */
export function release(name: string, causes: CauseId[], { alone = false, ...rest }: FaultOptions = {}): Cause {
  return {
    id: alone ? `release ${name}, one instance` : `release ${name}`,
    causes,
    ...rest,
    async give(hands) {
      const chosen = alone ? await hands.anInstance() : undefined
      await hands.post('/deploy', { release: name, ...(chosen && { ports: [chosen.port] }) })
      return { undo: () => hands.post('/deploy', { release: 'r4' }), ...(chosen && { on: [chosen.instance] }) }
    },
  }
}

/** A statement of the database's superuser; the shop's connections are made anew before and after. */
export function inDatabase(id: string, causes: CauseId[], [change, back]: [string, string], rest: Partial<Cause> = {}): Cause {
  return {
    id,
    causes,
    ...rest,
    async give(hands) {
      await hands.sql(change)
      await hands.cutConnections()
      return {
        async undo() {
          await hands.sql(back)
          await hands.cutConnections()
        },
      }
    },
  }
}

/** A number between the two. */
export const between = (random: () => number, low: number, high: number) => low + random() * (high - low)
