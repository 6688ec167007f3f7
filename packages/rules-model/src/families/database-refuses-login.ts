import { excerpt } from '../wording.ts'
import { defineFamily } from './family.ts'

/** The database does not accept the user or the password. */
export const databaseRefusesLogin = defineFamily({
  id: 'database_refuses_login',
  cause: 'database_refuses_login',
  name: 'The database refuses the login',
  prior: 0.7,
  explains: ['errors', 'database'],
  evidence: {
    logLogin: { dominant: 3.2, some: 2.2, uncounted: 0.4, none: -2 },
    databaseCode: { login: 1.6 },
    logAgrees: { agrees: 0.9, elsewhere: -0.4 },
    errors: { many: 0.3, few: 0.3 },
    release: { replaced: 0.2 },
  },
  follows: ['logConnection', 'pool', 'latency', 'databaseReach'],
  remedies: ['restart_all'],
  tell: {
    headline: ({ service, text }) =>
      `The database refuses the login of ${service}${text('logLogin') ? `: "${excerpt(text('logLogin') ?? '', 160)}"` : ''}.`,
    because: ['errors', 'databaseCode', 'errorInstances'],
    component: ({ service }) => `${service} (its login to the database)`,
    instances: ['errorInstances'],
    routes: ['logLogin', 'errorRoutes'],
    steps: () => [
      'Find out whether the password or the role was changed, and when; running instances keep the old one until they restart.',
      'Give the service the valid password and restart its instances one after the other.',
      'Check pg_hba.conf if the role exists and the password is right.',
    ],
  },
})
