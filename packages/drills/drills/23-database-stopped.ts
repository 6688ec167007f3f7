import type { DrillFile } from '@oncall-lab/drills/drill'

export default {
  id: 23,
  name: 'database-stopped',
  says: 'the database server is stopped',
  tells: 'connections are refused on all instances at once',
  sets: ['smoke'],
  before: [],
  decoys: ['502 and 503 of the balancer, and its retries'],
  breaks: [{ do: 'fault', mode: 'db_down' }],
  visible: { sli: 'errors', within_seconds: 20 },
  truth: { causes: ['database_down'], components: ['database'] },
  least: { is: 'act', any_of: [{ action: 'start_database' }, { action: 'run_remediation' }] },
  wrong: [
    { action: 'restart_instance', why: 'the instances are well' },
    { action: 'deploy_release', why: 'the release did not change' },
    { action: 'scale_service', why: 'no instance has a database' },
  ],
  controls: {
    wrong: [
      { says: 'The release that was deployed last is bad.', cause: 'bad_release', component: 'inventory' },
      { says: 'The load balancer is down.', cause: 'load_balancer_down', component: 'load balancer' },
      { says: 'All processes crash.', cause: 'crash_loop', component: 'inventory' },
      { says: 'The link to the database is cut.', cause: 'network_partial', component: 'link' },
      { says: 'Another client takes all connection slots.', cause: 'connections_exhausted', component: 'database' },
    ],
    destructive: { says: 'the data directory is made anew', harm: 'rows' },
    right: [
      { says: 'PostgreSQL does not run: every connection is refused.' },
      { says: 'The server of the shop’s data was stopped.', component: 'PostgreSQL' },
    ],
  },
} satisfies DrillFile
