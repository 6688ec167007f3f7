import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { startAgentApp } from '../../test-parts/agent-app.ts'
import { alertGroup, receivedAlert } from '../../test-parts/alerts.ts'
import { verifyAudit } from './audit/verify.ts'
import { openToRead } from './open-store.ts'

const folder = mkdtempSync(join(tmpdir(), 'back-up-'))
afterAll(() => rmSync(folder, { recursive: true }))
const file = join(folder, 'agent.db')
const copy = join(folder, 'copy.db')

/** The command that docs/deploy.md gives, on these files. */
function backUp(): void {
  const page = readFileSync(join(import.meta.dirname, '../../../../docs/deploy.md'), 'utf8')
  const [, script = ''] = /^node -e "(.*VACUUM INTO.*)"$/m.exec(page) ?? []
  const here = script.replace('/var/lib/oncall/agent.db', file).replace('/var/backups/oncall/agent.db', copy)
  execFileSync(process.execPath, ['-e', here], { stdio: ['ignore', 'ignore', 'pipe'] })
}

const verified = async (place: string) => {
  await using reader = await openToRead(place, existsSync)
  return await verifyAudit(reader.sql)
}

test('a copy that is made while the agent works is whole by the record, and an agent that starts on it knows every incident and takes alerts', async () => {
  let before: unknown
  {
    await using running = await startAgentApp({ file })
    for (let i = 0; i < 5; i += 1)
      await running.app.inject({ method: 'POST', url: '/alerts', payload: alertGroup(receivedAlert({ service: `s${i}` })) })
    await running.agent.idle()
    before = (await running.app.inject('/api/incidents/I3')).json()
    // Writes go on meanwhile.
    const more = Array.from({ length: 20 }, (_, i) =>
      running.app.inject({ method: 'POST', url: '/alerts', payload: alertGroup(receivedAlert({ service: `later${i}` })) }),
    )
    backUp()
    await Promise.all(more)
    await running.agent.idle()
  }
  const report = await verified(copy)
  expect([report.findings, report.entries > 0]).toEqual([[], true])
  await using restored = await startAgentApp({ file: copy })
  expect((await restored.app.inject('/api/incidents/I3')).json()).toEqual(before)
  await restored.app.inject({ method: 'POST', url: '/alerts', payload: alertGroup(receivedAlert({ service: 'after the restore' })) })
  await restored.agent.idle()
  const { incidents } = (await restored.app.inject('/api/incidents?service=after%20the%20restore')).json()
  expect(incidents).toHaveLength(1)
})
