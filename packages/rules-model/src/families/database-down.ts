import { excerpt } from '../wording.ts'
import { defineFamily } from './family.ts'

/** The database server does not run, or takes nobody in. */
export const databaseDown = defineFamily({
  id: 'database_down',
  cause: 'database_down',
  name: 'The database is down or refuses connections',
  prior: 1,
  explains: ['database', 'errors', 'availability'],
  evidence: {
    logRefused: { dominant: 2, some: 1.4, none: -1.2 },
    databaseReach: { none: 2.6, some: 0.3, all: -3.2, back: 0.8 },
    databaseCode: { refused: 1.2 },
    refusedWhom: { database: 1, other: -2 },
    logNoSlots: { dominant: -2.5, some: -1.5 },
    logLogin: { dominant: -2 },
    logAgrees: { agrees: 0.9 },
    errors: { many: 0.5, none: -0.5 },
    errorInstances: { one: -1.2 },
    databaseDoor: { silent: 2, refused: 0.4, open: -4.5, slow: -4 },
  },
  follows: ['logConnection', 'logPool', 'logTimeout', 'latency', 'pool', 'traffic', 'balancerErrors', 'slowRoutes', 'phases'],
  next: ['databaseReach', 'databaseDoor', 'databaseCode', 'running'],
  remedies: ['start_database'],
  tell: {
    headline: ({ text, service }) => {
      const words = text('logRefused') ?? ''
      if (/starting up|in recovery/i.test(words))
        return `The database of ${service} is starting up or recovering and takes no connections yet.`
      if (/shutting down/i.test(words)) return `The database of ${service} is shutting down.`
      return `The database of ${service} is down: it accepts no connections.`
    },
    because: ['databaseReach', 'errors', 'running'],
    further: ({ text }) => {
      const words = text('logRefused')
      return [...(words ? [`Calls to it fail with "${excerpt(words, 160)}".`] : []), 'Why it went away cannot be told from here.']
    },
    component: () => 'database',
    routes: ['logRefused', 'errorRoutes'],
    steps: () => [
      'Look at the database server: does the process run, what does the end of its own log say, is its disk full?',
      'Start it, or fail over to its standby; the instances reconnect by themselves and need no restart.',
      'Find out who or what stopped it (maintenance, the kernel’s out-of-memory killer, a host that restarted) before calling it over.',
    ],
  },
})
