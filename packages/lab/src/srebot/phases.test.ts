import type { TaskAnswer } from '@oncall-lab/gateway/api'
import { LabError } from '@oncall-lab/service-kit/errors'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { CALLBACK_SECRET, startGateway } from '../../../gateway/test-parts/running-gateway.ts'
import { alertGroup, receivedAlert } from '../../../on-call-agent/test-parts/alerts.ts'
import { decideHealth } from './decide-health.ts'
import { callGateway, type GatewayClient } from './gateway-client.ts'
import { type Phase, runRound } from './phases.ts'

let running: Awaited<ReturnType<typeof startGateway>>
let gateway: GatewayClient
let url = ''
beforeAll(async () => {
  running = await startGateway()
  url = await running.app.listen({ host: '127.0.0.1', port: 0 })
  gateway = callGateway(url, undefined)
})
afterAll(async () => {
  await gateway[Symbol.asyncDispose]()
  await running[Symbol.asyncDispose]()
})

const round = (over: Partial<Parameters<typeof runRound>[0]> = {}) => {
  const phases: Phase[] = []
  const options = { gateway, force: false, infra: 'shop', layers: ['database', 'os', 'storage'], signal: AbortSignal.timeout(20_000) }
  return runRound({ ...options, onPhase: (phase) => phases.push(phase), ...over }).then((found) => ({ ...found, told: phases }))
}
const names = ({ phases }: { phases: Phase[] }) => phases.map(({ name, status }) => `${name} ${status}`)

test('all clear ends after the health check', async () => {
  const found = await round()
  expect([found.healthy, names(found), found.answer]).toEqual([true, ['Discovery ok', 'Health check ok'], null])
  expect(found.told).toEqual(found.phases)
})

test.each([
  ['--force', { force: true }],
  ['a symptom', { symptom: 'FATAL: sorry, too many clients already' }],
])('with %s all five phases follow, and the bundle arrives at the callback, signed', async (_what, over) => {
  const found = await round({ ...over, secret: CALLBACK_SECRET })
  expect(names(found)).toEqual(['Discovery ok', 'Health check ok', 'AI diagnosis ok', 'Incident bundle ok', 'Callback ok'])
  expect(found.answer).toContain('An outside client holds the slots.')
  expect(found.bundle).toMatchObject({
    layers: ['database', 'os', 'storage'],
    bundle_path: expect.stringMatching(/^\/api\/v1\/incidents\//),
    signed: true,
  })
})

test('an open incident is trouble, and the agent that knows incidents is asked', async () => {
  await running.agent.app.inject({ method: 'POST', url: '/alerts', payload: alertGroup(receivedAlert()) })
  const found = await round()
  expect(found.healthy).toBe(false)
  expect(found.phases[2]?.lines[0]).toMatch(/^asked incident_agent: I1 \(critical\) of inventory is open/)
})

const refuse = () => {
  throw new LabError('No callback goes there', { code: 'callback_refused', status: 403 })
}

test('a gateway that calls nobody back is asked for the bundle', async () => {
  await using strict = await startGateway({
    callbacks: { demand: refuse, post: async () => 'never', [Symbol.asyncDispose]: async () => {} },
  })
  await using other = callGateway(await strict.app.listen({ host: '127.0.0.1', port: 0 }), undefined)
  const found = await round({ gateway: other, force: true })
  expect(names(found).at(-1)).toBe('Callback ok')
  expect(found.phases[3]?.lines[0]).toContain('calls nobody here')
})

test('a gateway that does not answer fails the first phase, and says why', async () => {
  await using nobody = callGateway('http://127.0.0.1:1', undefined)
  const found = await round({ gateway: nobody })
  expect([names(found), found.phases[0]?.lines[0]]).toEqual([['Discovery failed'], expect.stringContaining('cannot be reached')])
})

const answer = (text: string, result: object, state: TaskAnswer['state'] = 'completed'): TaskAnswer => ({
  agent: 'postgres_database_agent',
  task_id: 't',
  state,
  text: `${text}\n\n\`\`\`json\n${JSON.stringify(result)}\n\`\`\``,
  artifacts: [],
})
test.each<[string, TaskAnswer, TaskAnswer, string[]]>([
  ['all is well', answer('answered', { reachable: true }), answer('60 free', { free: 60 }), []],
  ['it lets nobody in', answer('refuses', { reachable: false }), answer('', {}, 'failed'), ['refuses']],
  ['the look failed', answer('cannot be reached', {}, 'failed'), answer('', {}, 'failed'), ['cannot be reached']],
  [
    'no slot is free',
    answer('answered', { reachable: true }),
    answer('100 of 100 used', { free: 0 }),
    ['too many clients already: 100 of 100 used'],
  ],
])('when %s the verdict says so', (_what, connection, slots, trouble) => {
  expect(decideHealth(connection, slots, []).trouble).toEqual(trouble)
})
