import { expect, test } from 'vitest'
import { INSTANCE_NAMES } from '../../test-parts/scene.ts'
import { SimulatedIncident } from '../../test-parts/simulated-incident.ts'
import { createWorld, errorRate, logEntry, type World } from '../../test-parts/simulated-world.ts'

const [, two = '', three = ''] = INSTANCE_NAMES
const TOOLS = ['fetch_logs', 'compute_error_rate', 'query_prometheus', 'list_instances', 'propose_action']

/** One instance of three fails, and nothing tells why. */
const onOne = (changes: Partial<World> = {}): World =>
  createWorld({
    log: Array.from({ length: 12 }, (_, i) => logEntry(i * 3, { message: 'something odd', error: 'Error', instance: two })),
    rate: errorRate(0.3, { instances: [two] }),
    ...changes,
  })

function proposals(text: string, world = onOne(), answer: object = { proposed: 'A1', says: 'It is done.', waits_for: 'the engineer' }) {
  const incident = new SimulatedIncident(world)
  incident.investigate()
  incident.world = { ...world, database: { propose_action: answer } }
  const words = incident.say(text, TOOLS)
  return { words, made: incident.calls('propose_action').map(({ action, arguments: args }) => [action, args]) }
}

test.each<[text: string, action: string, args: object]>([
  ['propose something', 'drain_instance', { instance: two }],
  ['can you fix it?', 'drain_instance', { instance: two }],
  ['What do you propose to do?', 'drain_instance', { instance: two }],
  ['please restart 8002', 'restart_instance', { instance: two }],
  ['restart it', 'restart_instance', { instance: two }],
  ['drain 8003', 'drain_instance', { instance: three }],
])('%j becomes a proposal, which the agent checks', (text, action, args) => {
  const { words, made } = proposals(text)
  expect(made).toEqual([[action, args]])
  expect(words).toContain('Proposed as *A1*')
})

test.each(["don't restart it", 'what should I do first?', 'why?', 'restart it tomorrow', 'is it still happening?'])(
  '%j proposes nothing',
  (text) => {
    expect(proposals(text).made).toEqual([])
  },
)

test('a refusal is told with its reason, and where nothing cures it what to do by hand', () => {
  const refused = proposals('restart 8003', onOne(), { error: { code: 'wrong_target', message: `The diagnosis names ${two}` } })
  expect(refused.words).toBe(`Nothing is proposed: The diagnosis names ${two}`)
  const { words, made } = proposals('propose something', createWorld({ rate: errorRate(0.3) }))
  expect([made, words]).toEqual([[], expect.stringContaining('I know of no action here that cures this')])
})

test('one that the balancer sends to no more is not taken out again', () => {
  const { instances } = onOne()
  const without = { ...instances, load_balancer: { backends: [1, 3].map((i) => `http://127.0.0.1:800${i}`) } }
  expect(proposals('propose something', onOne({ instances: without })).made).toEqual([['restart_instance', { instance: two }]])
})

test('whoever may not approve is told what a person can run', () => {
  const incident = new SimulatedIncident(onOne())
  incident.investigate()
  expect(incident.say('restart 8002')).toContain('I cannot change anything')
})
