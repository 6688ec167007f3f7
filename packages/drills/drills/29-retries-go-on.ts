import type { DrillFile } from '@oncall-lab/drills/drill'
import { MISTAKES, SAME_RELEASE } from '@oncall-lab/drills/usual-mistakes'

export default {
  id: 29,
  name: 'retries-go-on',
  says: 'the database was slow for some seconds; since then the balancer tries each request four times, and none of the four is answered in time',
  tells:
    'attempts are several times the requests, which are as many as ever; nearly no request is answered; what was slow is as fast as before',
  sets: ['hard'],
  twin: 36,
  rps: 80,
  before: [
    { do: 'fault', mode: 'latency', on: 'all', fields: { latency_ms: 60 } },
    { do: 'set', component: 'load-balancer', setting: 'retries', value: '3' },
    { do: 'set', component: 'load-balancer', setting: 'read_timeout_ms', value: '500' },
    { do: 'set', component: 'load-balancer', setting: 'resend', value: 'always' },
  ],
  decoys: ['it looks like more customers than the shop can serve, as in its twin; a database 60 ms away'],
  breaks: [
    // What began it is over when the agent looks, and no window of its figures holds it.
    { do: 'pause', part: 'on-call-agent' },
    { do: 'fault', mode: 'latency', on: 'all', fields: { latency_ms: { between: [900, 1_100] } } },
    { do: 'wait', seconds: 3 },
    { do: 'fault', mode: 'latency', on: 'all', fields: { latency_ms: 60 } },
    { do: 'wait', seconds: 9 },
    { do: 'resume', part: 'on-call-agent' },
  ],
  visible: { sli: 'errors', within_seconds: 20, still_after_seconds: 2 },
  alert_within_seconds: 50,
  truth: {
    causes: ['retry_storm'],
    components: ['load-balancer', 'traffic'],
    why: 'The catalogue says "load-balancer or client": retries are load that somebody makes, and attempts are counted where the balancer is, so either end may be named; the cause says which load it is.',
  },
  least: {
    is: 'act',
    any_of: [
      { action: 'change_setting', arguments: { component: 'load-balancer', setting: 'resend', value: 'safe' } },
      { action: 'change_setting', arguments: { component: 'load-balancer', setting: 'retries', value: '0' } },
    ],
  },
  wrong: [
    { action: 'scale_service', why: 'alone it feeds the storm: each new instance gets its share of the attempts' },
    { action: 'restart_instance', why: 'it takes capacity away, and the attempts go on' },
    SAME_RELEASE,
  ],
  controls: {
    wrong: [
      MISTAKES.surge,
      MISTAKES.slowDatabase,
      MISTAKES.poolLeak,
      MISTAKES.scaledDown,
      { says: 'The database was slow and is well again.', cause: 'recovered', component: 'database', status: 'recovered' },
      { says: 'Retries load the instances.', cause: 'retry_storm', component: 'inventory' },
    ],
    destructive: { says: 'customers are turned away for good', harm: 'traffic' },
    right: [
      { says: 'The balancer sends each request four times; the queue never empties, though the database is as fast as before.' },
      { says: 'Retries keep the shop down after what began it has gone.', component: 'clients (retries)' },
    ],
  },
} satisfies DrillFile
