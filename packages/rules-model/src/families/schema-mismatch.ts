import { excerpt } from '../wording.ts'
import { defineFamily } from './family.ts'

/** The code asks for a table, column or function that the database does not have. */
export const schemaMismatch = defineFamily({
  id: 'schema_mismatch',
  cause: 'schema_mismatch',
  name: 'Code and database schema do not fit',
  prior: 0.8,
  explains: ['errors', 'database'],
  evidence: {
    logSchema: { dominant: 3.2, some: 2.2, uncounted: 0.4, none: -2 },
    databaseCode: { schema: 1.6 },
    logAgrees: { agrees: 0.9, elsewhere: -0.4 },
    errors: { many: 0.3, few: 0.3 },
    release: { replaced: 0.6 },
  },
  follows: ['pool', 'latency', 'logProgramming'],
  tell: {
    headline: ({ service, text }) =>
      `${service} asks the database for something that is not there: "${excerpt(text('logSchema') ?? 'a table or column is missing', 160)}".`,
    because: ['errors', 'databaseCode', 'errorInstances'],
    component: () => 'database (schema)',
    instances: ['errorInstances'],
    routes: ['logSchema', 'errorRoutes'],
    steps: () => [
      'Compare the migrations that ran with those that the running release needs; run the missing one, or roll the release back.',
      'Look who changed the schema last: a migration, a person, a restore.',
      'Make such changes in two steps, so that old and new code both work in between.',
    ],
  },
})
