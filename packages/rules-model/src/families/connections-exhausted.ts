import { excerpt, sentence } from '../wording.ts'
import { defineFamily, type Story } from './family.ts'

/** The words are those of a limit other than the server’s own: a pooler’s, a role’s or a database’s. */
const isLimitNearer = ({ text, is }: Pick<Story, 'is' | 'text'>) =>
  !is('slotHolder', 'full') && /no more connections allowed|too many connections for (role|database|user)/i.test(text('logNoSlots') ?? '')

/** The database runs and has no connection slot left. */
export const connectionsExhausted = defineFamily({
  id: 'connections_exhausted',
  cause: 'connections_exhausted',
  name: 'The database has no connection slot left (max_connections)',
  prior: 0.9,
  explains: ['errors', 'database'],
  evidence: {
    logNoSlots: { dominant: 3.2, some: 2.2, uncounted: 0.4, none: -2 },
    databaseCode: { no_slots: 1.8 },
    logAgrees: { agrees: 0.9, elsewhere: -0.4 },
    errors: { many: 0.3, few: 0.3 },
    ownConnections: { known: 0.3 },
    slotHolder: { full: 2.6, room: -3.6 },
    databaseDoor: { silent: -1 },
  },
  follows: ['pool', 'latency', 'logPool', 'logConnection', 'databaseReach', 'slowRoutes', 'phases'],
  next: ['databaseCode', 'slotHolder', 'ownConnections', 'errorInstances'],
  remedies: ['end_slot_taker'],
  refine: (story) => (isLimitNearer(story) && story.is('slotHolder', 'room') ? 3.4 : 0),
  tell: {
    headline: ({ service, text, is }) =>
      isLimitNearer({ is, text })
        ? `${service} gets no more connections, while the limit of the server itself is not what is reached: a pooler in front of it, the role or the database has one of its own ("${excerpt(text('logNoSlots') ?? '', 160)}").`
        : `The database has no connection slot left: it refuses new connections of ${service}${text('logNoSlots') ? ` with "${excerpt(text('logNoSlots') ?? '', 160)}"` : ''}.`,
    because: ['errors', 'databaseCode', 'errorInstances'],
    further: ({ is, says, text }) =>
      isLimitNearer({ is, text })
        ? []
        : is('slotHolder', 'full')
          ? [sentence(says('slotHolder') ?? '')]
          : says('ownConnections')
            ? [
                sentence(says('ownConnections') ?? ''),
                'If that is well below the server’s max_connections, another client holds the rest; who cannot be told from here.',
              ]
            : ['Who holds them cannot be told from here.'],
    component: () => 'database',
    instances: ['errorInstances'],
    routes: ['logNoSlots', 'errorRoutes'],
    steps: ({ is, text }) => [
      ...(isLimitNearer({ is, text })
        ? [
            'See which limit it is: the pooler’s (SHOW CLIENTS, SHOW POOLS of PgBouncer), rolconnlimit of the role, datconnlimit of the database.',
          ]
        : []),
      ...(is('slotHolder', 'full') && text('slotHolder')
        ? [
            `Ask whoever runs ${text('slotHolder')} what it needs so many connections for, and end its idle sessions (pg_terminate_backend).`,
          ]
        : []),
      'See who holds the connections: SELECT usename, application_name, client_addr, state, count(*) FROM pg_stat_activity GROUP BY 1, 2, 3, 4 ORDER BY 5 DESC.',
      'End the sessions of whoever holds too many (pg_terminate_backend), and stop that client from opening them again.',
      'Give that client a limit of its own (ALTER ROLE … CONNECTION LIMIT) or a pooler; a higher max_connections only moves the wall.',
    ],
  },
})
