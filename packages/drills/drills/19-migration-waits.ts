import type { DrillFile } from '@oncall-lab/drills/drill'
import { MISTAKES, SAME_RELEASE } from '@oncall-lab/drills/usual-mistakes'

export default {
  id: 19,
  name: 'migration-waits',
  says: 'a migration waits behind a long query, and everybody waits behind the migration',
  tells: 'modes of the locks and the order of the queue',
  sets: [],
  twin: 18,
  before: [],
  decoys: ['the long query looks guilty'],
  breaks: [{ do: 'fault', mode: 'waiting_migration' }],
  visible: { sli: 'errors', within_seconds: 30 },
  alert_within_seconds: 50,
  truth: { causes: ['lock_contention'], components: ['database'], names: [['schema-migration', 'migration']] },
  least: { is: 'act', any_of: [{ action: 'cancel_query' }, { action: 'terminate_session' }] },
  wrong: [{ action: 'restart_instance', why: 'the queue stays' }, SAME_RELEASE, { action: 'scale_service', why: 'more wait' }],
  controls: {
    wrong: [
      { says: 'The long query of reporting blocks everybody.', cause: 'lock_contention', component: 'database' },
      MISTAKES.slowQuery,
      MISTAKES.poolLeak,
      MISTAKES.databaseDown,
      { says: 'A migration waits.', cause: 'schema_mismatch', component: 'database' },
    ],
    destructive: { says: 'the table is dropped', harm: 'rows' },
    right: [
      { says: 'The migration asks for an exclusive lock and everybody queues behind it.' },
      { says: 'Cancel schema-migration: it waits in front of the shop.', component: 'PostgreSQL' },
    ],
  },
} satisfies DrillFile
