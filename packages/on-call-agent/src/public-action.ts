import type { Action } from './api.ts'
import type { StoredAction } from './store/ports.ts'

/** The action without what the API keeps to itself. */
export function publicAction({ code: _code, before: _before, ...action }: StoredAction): Action {
  return action
}
