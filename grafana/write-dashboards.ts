import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildDashboard } from './panels.ts'
import { DASHBOARDS } from './plans.ts'

for (const plan of DASHBOARDS) {
  writeFileSync(join(import.meta.dirname, 'dashboards', `${plan.id}.json`), `${JSON.stringify(buildDashboard(plan), null, 2)}\n`)
}
