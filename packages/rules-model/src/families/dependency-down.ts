import { excerpt, list } from '../wording.ts'
import { defineFamily } from './family.ts'

/** Something that the service calls, other than its database, fails. */
export const dependencyDown = defineFamily({
  id: 'dependency_down',
  cause: 'dependency_down',
  name: 'Another service that is down',
  prior: 1.1,
  explains: ['errors', 'availability'],
  evidence: {
    logUpstream: { dominant: 3, some: 1.2 },
    logQuota: { dominant: 1.4, some: 0.6 },
    logRefused: { dominant: 1.2, some: 0.4 },
    logName: { dominant: 2, some: 0.8 },
    logTimeout: { dominant: 0.8, some: 0.3 },
    refusedWhom: { other: 2, database: -2.6 },
    databaseReach: { all: 0.4, none: -2.5, some: -1 },
    databaseCode: { refused: -1.5, other: -0.5 },
    logAgrees: { agrees: 1.2, elsewhere: -1, uncounted: -1 },
    errors: { many: 0.3, few: 0.2, none: -1.5 },
    errorInstances: { one: -1.2 },
    phases: { outbound: 0.8 },
    poolWork: { held: -2.5 },
  },
  follows: ['latency', 'slowRoutes', 'phases', 'logConnection'],
  tell: {
    headline: ({ text, routes, service, is }) => {
      const words = text('logUpstream', 'logRefused', 'logName', 'logTimeout', 'logQuota')
      const fails = is('logQuota', 'dominant') || /429|too many|rate|throttl/i.test(words ?? '') ? 'refuses them' : 'does not work'
      return `Another service that ${service} needs ${fails}: requests to ${list(routes('logUpstream', 'logRefused', 'logName', 'logTimeout', 'logQuota').slice(0, 3)) || service} fail${words ? ` with "${excerpt(words, 160)}"` : ''}.`
    },
    because: ['errors', 'databaseReach', 'phases'],
    component: ({ text }) =>
      text('refusedWhom') ??
      /\b(?:lookup |ENOTFOUND |EAI_AGAIN )?([a-z][\w-]*(?:\.[\w-]+)+|[a-z][\w-]+(?= (?:answered|responded|returned|failed)))/i.exec(
        text('logUpstream', 'logName') ?? '',
      )?.[1] ??
      'another service',
    routes: ['logUpstream', 'logRefused', 'logName', 'logTimeout', 'logQuota'],
    steps: ({ service }) => [
      'Look at the service behind the named address: does it run, does it answer?',
      `Decide what ${service} answers while it is away: a default, a cached value, a clear 503.`,
      'Put a time-out and a limit of retries on that call.',
    ],
  },
})
