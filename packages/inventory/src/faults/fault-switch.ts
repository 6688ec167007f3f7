import type { FaultRequest } from '../api.ts'
import type { Fault, FaultTarget } from './fault.ts'
import { FAULTS } from './fault-list.ts'

/** Holds the one fault that may be on. */
export interface FaultSwitch extends Disposable {
  /** Ends the present fault and begins the one asked for, which ends by itself after `ttl_seconds`; `none` only ends. */
  turn(request: FaultRequest): void
}

/** @throws Error for a mode without an entry in the list. */
export function createFaultSwitch(target: FaultTarget, faults: readonly Fault[] = FAULTS): FaultSwitch {
  let end = () => {}
  const off = () => {
    end()
    end = () => {}
  }
  return {
    turn(request) {
      off()
      if (request.mode === 'none') return
      const fault = faults.find(({ mode }) => mode === request.mode)
      if (!fault) throw new Error(`no entry for ${request.mode}`)
      const stop = fault.start(request, target)
      const timer = setTimeout(off, request.ttl_seconds * 1_000).unref()
      end = () => {
        clearTimeout(timer)
        stop()
      }
    },
    [Symbol.dispose]: off,
  }
}
