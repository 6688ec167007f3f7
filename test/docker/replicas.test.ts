import type { IncidentSummary, IncidentWithTimeline } from '@oncall-lab/on-call-agent/api'
import type { PhoneConversation } from '@oncall-lab/stand-ins/api'
import { until } from '@oncall-lab/test-kit/until'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ComposeProject } from './compose.ts'
import { LabFromOutside } from './lab-from-outside.ts'

/** docker-compose.replicas.yaml beside the lab, on the lab's ports. */

const AGENTS = [8188, 8288, 8388]
const project = new ComposeProject('oncall-lab-replicas', ['docker-compose.yaml', 'docker-compose.replicas.yaml'])
const lab = new LabFromOutside(project)
const takeDown = () => project.try('--profile', 'once', 'down', '--volumes', '--remove-orphans')

beforeAll(async () => {
  await takeDown()
  await project.run('up', '--detach', '--build', '--wait')
})
afterAll(takeDown)

const alert = {
  // Of nothing that is there, so that no alert of the lab's own joins it.
  labels: { alertname: 'TestOfReplicas', service: 'replicas', severity: 'critical' },
  annotations: { summary: 'a test of three agents' },
}
/** A busy machine sends the first facts before the page. */
const pagesOf = async (ref: string) =>
  (await lab.get<PhoneConversation>(8089, '/phone/messages')).messages.filter(
    ({ direction, body }) => direction === 'in' && body.includes(ref) && !body.includes('So far:'),
  ).length
const mine = async () => (await lab.incidents()).filter(({ service }) => service === 'replicas')

it('an alert that three Alertmanagers know is one incident and one page, also when an agent is killed; each agent shows it', async () => {
  const inside = `for port in 9193 9293 9393; do wget -q -O - --header 'content-type: application/json' --post-data '${JSON.stringify([alert])}' http://127.0.0.1:$port/api/v2/alerts; done`
  await project.run('exec', '--no-TTY', 'alertmanager', 'sh', '-c', inside)
  await project.crash('on-call-agent-2')
  const { ref } = await lab.untilIncident('the incident', ({ service }: IncidentSummary) => service === 'replicas', 60)
  await until('the page', async () => (await pagesOf(ref)) > 0, 40)
  await until('the agent that was killed to be back', async () => (await project.ailing()).length === 0, 30)
  const read = (port: number) => lab.get<IncidentWithTimeline>(port, `/api/incidents/${ref}`)
  const shown = await Promise.all([8088, ...AGENTS].map(read))
  expect(shown.map(({ timeline }) => timeline.filter(({ event }) => event.kind === 'diagnosis').length)).toEqual([1, 1, 1, 1])
  expect(new Set(shown.map((incident) => JSON.stringify(incident))).size).toBe(1)
  expect([(await mine()).length, await pagesOf(ref)]).toEqual([1, 1])
})

it('a dump of the agents’ database that is made while they run is restored as they stored it', async () => {
  const database = (...command: string[]) => project.run('exec', '--no-TTY', 'agents-database', ...command)
  const restore =
    'dropdb -h 127.0.0.1 -U agent --if-exists restored; createdb -h 127.0.0.1 -U agent restored && pg_dump -h 127.0.0.1 -U agent --format=custom agent | pg_restore -h 127.0.0.1 -U agent --no-owner --dbname=restored'
  await database('sh', '-ec', restore)
  const at = 'AGENT_DB=postgres://agent@127.0.0.1:15433/restored'
  const audit = ['exec', '--no-TTY', '-e', at, 'on-call-agent', 'node', 'packages/on-call-agent/src/audit-main.ts']
  expect(await project.run(...audit)).toMatch(/^\d+ records, all as the agent stored them/)
  const count = async (name: string) =>
    (
      await database('psql', '-h', '127.0.0.1', '-U', 'agent', '-qAtc', "SELECT count(*) FROM incidents WHERE service = 'replicas'", name)
    ).trim()
  expect(await count('restored')).toBe('1')
  await database('psql', '-h', '127.0.0.1', '-U', 'agent', '-qc', "UPDATE incidents SET service = 'other'", 'restored')
  expect((await project.try(...audit)).stdout).toContain('was changed after the agent stored it')
})
