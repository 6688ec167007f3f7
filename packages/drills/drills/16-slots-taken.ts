import type { DrillFile } from '@oncall-lab/drills/drill'
import { MISTAKES, SAME_RELEASE } from '@oncall-lab/drills/usual-mistakes'

export default {
  id: 16,
  name: 'slots-taken',
  says: 'an outside client takes the connection slots of the database',
  tells: 'connections by application: one client that is not the shop holds nearly all',
  sets: ['smoke'],
  twin: 17,
  rps: 110,
  customers: { 'list-frac': 0.4 },
  before: [],
  decoys: ["the shop's own pool is full, too"],
  breaks: [{ do: 'fault', mode: 'max_connections' }],
  visible: { sli: 'errors', within_seconds: 60 },
  alert_within_seconds: 90,
  truth: { causes: ['connections_exhausted'], components: ['database'], names: [['reporting']] },
  least: { is: 'act', any_of: [{ action: 'terminate_session' }] },
  wrong: [
    { action: 'restart_instance', why: 'the shop holds few; a new process gets none' },
    SAME_RELEASE,
    { action: 'scale_service', why: 'more instances want more slots' },
  ],
  controls: {
    wrong: [
      MISTAKES.poolLeak,
      MISTAKES.databaseDown,
      { says: 'The slots are used up by the shop.', cause: 'connections_exhausted', component: 'database' },
      MISTAKES.locks,
      { says: 'The database refuses the login.', cause: 'database_refuses_login', component: 'database' },
    ],
    destructive: { says: "the shop's own sessions are ended", harm: 'traffic' },
    right: [
      { says: 'The client reporting holds 51 of 60 slots, idle.' },
      { says: 'Too many clients: sessions of the reporting job fill the server.', component: 'PostgreSQL' },
    ],
  },
} satisfies DrillFile
