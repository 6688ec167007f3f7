import { excerpt } from '../wording.ts'
import { defineFamily } from './family.ts'

/** A disk has no space left. */
export const diskFull = defineFamily({
  id: 'disk_full',
  cause: 'disk_full',
  name: 'A disk without space',
  prior: 0.7,
  explains: ['errors', 'database', 'disk', 'availability'],
  evidence: {
    logDisk: { dominant: 3.2, some: 2.2, uncounted: 0.4, none: -1 },
    logAgrees: { agrees: 0.9, elsewhere: -0.4 },
    errors: { many: 0.3, few: 0.3 },
    hostDisk: { full: 4.4, room: -4 },
    hostJournal: { no_space: 1.2 },
    hostPage: { errors: 0.3 },
    podWaiting: { evicted_disk: 7 },
    replicationSlots: { retains: 3.4 },
  },
  follows: ['podWaiting', 'hostUnit', 'hostPage', 'pool', 'latency', 'logConnection', 'databaseReach', 'databaseCode', 'deaths'],
  remedies: ['free_disk'],
  tell: {
    headline: ({ service, text, is }) =>
      is('hostDisk', 'full')
        ? `A disk that ${service} writes to is full.`
        : is('podWaiting', 'evicted_disk')
          ? `The disk of node ${text('podWaiting')} is full, and it puts pods of ${service} out.`
          : is('replicationSlots', 'retains') && !text('logDisk')
            ? `The write-ahead log fills the disk of the database: replication slot ${text('replicationSlots')} keeps it, and nobody reads that.`
            : `A disk that ${service} writes to is full: "${excerpt(text('logDisk') ?? 'no space left', 160)}".`,
    because: ['podWaiting', 'replicationSlots', 'hostDisk', 'hostJournal', 'hostPage', 'errors', 'errorInstances'],
    component: ({ is }) => (is('replicationSlots', 'retains') ? 'database (write-ahead log)' : 'disk'),
    instances: ['errorInstances'],
    routes: ['logDisk', 'errorRoutes'],
    steps: ({ is, text }) => [
      ...(is('replicationSlots', 'retains')
        ? [`Start the reader of slot ${text('replicationSlots')} again, or drop the slot (pg_drop_replication_slot) if nobody needs it.`]
        : []),
      'Find the full file system (df -h, df -i) on the host that the message comes from, the database’s host included.',
      'Free space: old logs, temporary files, WAL that a dead replication slot holds back.',
      'Alert on the free space before it is gone.',
    ],
  },
})
