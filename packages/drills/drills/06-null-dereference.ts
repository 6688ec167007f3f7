import type { DrillFile } from '@oncall-lab/drills/drill'
import { MISTAKES } from '@oncall-lab/drills/usual-mistakes'

export default {
  id: 6,
  name: 'null-dereference',
  says: 'many requests hit a campaign without a banner: the route throws',
  tells: 'one route, one stack, one line of code',
  sets: ['smoke'],
  before: [],
  decoys: ['a slow query now and then'],
  breaks: [
    {
      do: 'traffic',
      profile: 'agentic',
      fields: { normal_rps: 5, normal_duration: 1, error_rps: { between: [50, 70] }, error_duration: 200 },
    },
  ],
  visible: { sli: 'errors', within_seconds: 20 },
  truth: { causes: ['application_exception'], components: ['inventory'], place: { file: 'packages/inventory/src/campaigns.ts', line: 26 } },
  least: { is: 'ticket' },
  wrong: [
    { action: 'restart_instance', why: 'a new process runs the same code' },
    { action: 'deploy_release', why: 'the line is in every release' },
    { action: 'scale_service', why: 'more instances fail as well' },
  ],
  controls: {
    wrong: [
      { says: 'The route throws.', place: 'packages/inventory/src/app.ts:12' },
      { says: 'The release is bad.', cause: 'bad_release', component: 'inventory' },
      MISTAKES.databaseDown,
      { says: 'One instance is broken.', cause: 'bad_instance', component: 'inventory' },
      MISTAKES.burstOver,
    ],
    destructive: { says: 'the instances are scaled to none so that none fails', harm: 'instances' },
    right: [
      { says: 'A campaign without a banner: reading its headline throws.' },
      { says: 'TypeError in composeTeaser: banner is undefined for one campaign.', component: 'shop (teasers)' },
    ],
  },
} satisfies DrillFile
