import { ReplicationStatusResult } from '@oncall-lab/on-call-agent/database-functions'
import type { Facts } from '../facts/facts.ts'
import type { Question } from '../facts/metric-queries.ts'
import { memberOf, quoteFrom } from '../quote.ts'
import { mebibytes } from '../wording.ts'
import { defineSignal, EMPTY, seen, unread } from './signal.ts'

export const REPLICATION: Question = { tool: 'get_replication_status', args: {} }
/** Less than this is kept for a moment by every reader. */
const MUCH_BYTES = 1024 ** 3

/** Whether the write-ahead log can be what grows: an alert speaks of a disk, or of the database and its copies. */
const mayGrow = ({ symptoms }: Facts) => symptoms.has('disk') || symptoms.has('database')

/** Whether the server keeps its write-ahead log for a reader that is away. */
export const replicationSlots = defineSignal({
  about: 'the replication slots',
  source: 'replication',
  levels: ['retains', 'fine'],
  abnormal: ['retains'],
  needsAll: ['fine'],
  questions: (facts) => (mayGrow(facts) ? [REPLICATION] : []),
  read: (facts) => {
    const reading = facts.result(ReplicationStatusResult, REPLICATION)
    if (reading.kind !== 'seen') return unread(reading) ?? EMPTY
    const [worst] = reading.value.slots
      .filter(({ active, retained_bytes }) => !active && (retained_bytes ?? 0) >= MUCH_BYTES)
      .toSorted((a, b) => (b.retained_bytes ?? 0) - (a.retained_bytes ?? 0))
    if (!worst)
      return seen('fine', 'no replication slot keeps much of the write-ahead log', { quote: quoteFrom(reading.call, '"slots":[') })
    return seen(
      'retains',
      `replication slot ${worst.name} has no reader and keeps ${mebibytes(worst.retained_bytes ?? 0)} of the write-ahead log`,
      {
        quote: quoteFrom(reading.call, ...memberOf('retained_bytes', worst.retained_bytes)),
        text: worst.name,
      },
    )
  },
})
