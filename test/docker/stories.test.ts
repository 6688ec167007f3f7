import { afterAll, beforeAll, expect, it } from 'vitest'
import { ComposeProject } from './compose.ts'

/** docker-compose.infrastructure.yaml beside the lab, on the lab's ports: the stories that need a machine and a cluster. */

const project = new ComposeProject('oncall-lab-stories', ['docker-compose.yaml', 'docker-compose.infrastructure.yaml'])
const takeDown = () => project.try('--profile', 'once', 'down', '--volumes', '--remove-orphans')
const up = () => project.run('up', '--detach', '--wait')
const tell = (story: string) => project.try('run', '--rm', '--no-TTY', 'demo', story)

beforeAll(async () => {
  await takeDown()
  await project.run('build')
  await up()
})
afterAll(takeDown)

it('tells the story of ServiceNow and the machine', async () => {
  const { code, stdout, stderr } = await tell('servicenow')
  expect([code, stdout, stderr]).toEqual([0, expect.stringContaining('ok       record resolved'), expect.anything()])
})

it('tells the story of the cluster with an agent that may act by itself', async () => {
  Object.assign(process.env, { ACTIONS_MODE: 'auto', ACTIONS_VERIFY_SECONDS: '15', ONCALL_CONTACTS: 'mailto:oncall@example.com' })
  await up()
  const { code, stdout, stderr } = await tell('kubernetes')
  expect([code, stdout, stderr]).toEqual([0, expect.stringContaining('ok       drained once'), expect.anything()])
})
