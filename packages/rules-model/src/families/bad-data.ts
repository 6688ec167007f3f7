import { excerpt, list } from '../wording.ts'
import { defineFamily } from './family.ts'

/** Stored or received values that the code or the database cannot take. */
export const badData = defineFamily({
  id: 'bad_data',
  cause: 'bad_data',
  name: 'Data that does not fit',
  prior: 0.8,
  explains: ['errors', 'availability'],
  evidence: {
    logData: { dominant: 2.8, some: 1.2, none: -1.6 },
    databaseCode: { data: 1.4 },
    fatalRequest: { same_request: 4.2, same_error: 0.6 },
    deaths: { again_and_again: 0.6 },
    logAgrees: { agrees: 1.2, elsewhere: -1, uncounted: -1 },
    errorRoutes: { one: 0.6, all: -0.5 },
    errorInstances: { one: -1 },
    errors: { few: 0.5, many: 0.2 },
    refusals: { many: 0.6 },
  },
  follows: [
    'podWaiting',
    'deaths',
    'exit',
    'restarts',
    'running',
    'targets',
    'balancerList',
    'balancerErrors',
    'retries',
    'logProgramming',
    'logUnknown',
  ],
  remedies: ['set_aside'],
  // The log has the error that the value brings, and no word of the value.
  refine: ({ is }) => (is('fatalRequest', 'same_request') && is('logData', 'none') ? 1.6 : 0),
  tell: {
    headline: ({ text, routes, service, is }) =>
      is('fatalRequest', 'same_request')
        ? `What ${text('fatalRequest')} reads ends each process of ${service} that serves it: a row or a value that the code cannot take.`
        : `Requests to ${list(routes('logData', 'errorRoutes').slice(0, 3)) || service} fail on values that do not fit${text('logData') ? `: "${excerpt(text('logData') ?? '', 160)}"` : ''}.`,
    because: ['fatalRequest', 'errors', 'databaseCode', 'errorInstances'],
    component: ({ service, is }) => (is('databaseCode', 'data') || is('fatalRequest', 'same_request') ? 'database' : service),
    instances: ['fatalRequest', 'errorInstances'],
    routes: ['logData', 'errorRoutes'],
    hasPlace: true,
    steps: () => [
      'Find the rows or messages that fail: the ids in the failing requests have something in common.',
      'Correct or set aside those; a restart or more instances will not help.',
      'Check who wrote them: an import, a migration, another service’s release.',
    ],
  },
})
