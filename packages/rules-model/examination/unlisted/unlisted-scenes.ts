import type { Scene } from '../scene.ts'
import { alertOf, between, logged, noise, pick, rate, worldOf } from '../setting.ts'
import { LOGGED_CAUSES, type LoggedCause } from './logged-causes.ts'
import { SHOWN_CAUSES } from './shown-causes.ts'

function sceneOf({ id, causes, routes: count, ...entry }: LoggedCause): Scene {
  return {
    id,
    unlisted: true,
    play(at) {
      const routes = count === undefined ? at.routes : entry.method === 'POST' ? at.routes.slice(-1) : at.routes.slice(0, count)
      const share = between(at, 0.25, 0.85)
      const log = logged(at, { status: 500, ...entry }, { routes })
      return {
        world: worldOf(at, {
          alerts: [alertOf(at, pick(at, ['ErrorBurst', 'HighErrorRate', 'RouteFailing']), 'many requests fail')],
          log: [...noise(at), ...log],
          rate: rate(at, (share * routes.length) / at.routes.length, { routes }),
          ...(entry.code &&
            /^[0-9A-Z]{5}$/.test(entry.code) &&
            entry.error !== 'Error' && {
              metrics: { database_errors: [{ labels: { code: entry.code }, points: [[new Date('2026-11-20T12:00:20Z').toJSON(), 3.1]] }] },
            }),
        }),
        truth: { causes },
      }
    },
  }
}

/** The list that no family was built for; nothing is fitted on it. */
export const UNLISTED_SCENES: readonly Scene[] = [
  ...LOGGED_CAUSES.map(sceneOf),
  ...SHOWN_CAUSES.map((scene) => ({ ...scene, unlisted: true })),
]
