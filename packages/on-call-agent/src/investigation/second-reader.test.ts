import { guard } from '@oncall-lab/service-kit/guard'
import { redact } from '@oncall-lab/service-kit/redact'
import { expect } from 'vitest'
import { test } from '../../test-parts/agent-test.ts'
import { receivedAlert } from '../../test-parts/alerts.ts'
import { diagnosis } from '../../test-parts/diagnosis.ts'
import { asked, ordinary } from '../../test-parts/ordinary-model.ts'
import { call, calls, NOTE, says, scriptedModel } from '../../test-parts/scripted-model.ts'
import type { Diagnosis } from '../api.ts'
import { ModelError } from '../models/model-error.ts'
import { decideReading } from './decide-reading.ts'

const first = (over: Partial<Diagnosis> = {}) => diagnosis({ cause: 'lock_contention', ...over })

type Loose = { [K in keyof Diagnosis]?: Diagnosis[K] | undefined }

test.for<[string, Loose, Partial<Diagnosis> | undefined, string]>([
  ['the same cause', {}, { cause: 'lock_contention' }, 'agrees'],
  ['another cause', {}, { cause: 'slow_query' }, 'disagrees'],
  ['a cause where the first has none', { status: 'inconclusive', cause: 'unknown' }, { cause: 'slow_query' }, 'disagrees'],
  ['no cause', {}, { status: 'inconclusive', cause: 'unknown' }, 'cannot_tell'],
  ['nothing that it could see', {}, { status: 'inconclusive', cause: 'out_of_sight' }, 'cannot_tell'],
  ['both say that it is over', { status: 'recovered', cause: 'pool_leak' }, { status: 'recovered', cause: 'recovered' }, 'agrees'],
  ['over, while the first says that it goes on', {}, { status: 'recovered', cause: 'recovered' }, 'disagrees'],
  ['the same class where the first names no cause', { cause: undefined, class: 'database' }, { cause: 'slow_query' }, 'agrees'],
  ['another class where the first names no cause', { cause: undefined, class: 'code' }, { cause: 'slow_query' }, 'disagrees'],
  ['the same file', { cause: undefined, affected_file: 'a.ts' }, { cause: 'application_exception', affected_file: 'a.ts' }, 'agrees'],
  ['the same component', { cause: undefined, component: 'Database' }, { cause: 'slow_query', component: 'database' }, 'agrees'],
  ['nothing to compare', { cause: undefined }, { cause: 'slow_query' }, 'cannot_tell'],
  ['no answer', {}, undefined, 'not_read'],
])('a second reading with %s', ([, a, b, verdict]) => {
  const second = b && diagnosis({ confidence: 0.93, root_cause: 'Read again.', ...b })
  // As it comes over the wire: what is undefined is not there.
  const reading = decideReading(JSON.parse(JSON.stringify({ ...first(), ...a })), second, 'rules')
  expect(reading.verdict).toBe(verdict)
  expect(reading.says).toMatch(/^(agrees|disagrees|cannot tell|cannot compare|The second reader could not)/)
})

const reads = (over: Partial<Diagnosis>) =>
  scriptedModel(({ transcript }) =>
    transcript.some(({ role, content }) => role === 'tool' && content?.includes('"instances"'))
      ? calls(call('d', 'send_diagnosis', diagnosis(over)))
      : calls(call('own', 'list_instances')),
  )

test('the second reader looks for itself, reads no word of the first, and the person is told when it disagrees', async ({
  store,
  phone,
  start,
  fires,
  writes,
  idle,
  delivered,
}) => {
  const reader = reads({ cause: 'slow_query', confidence: 0.81, root_cause: 'An index is gone.' })
  const model = scriptedModel((request) => {
    if (asked(request)) return says('Because the log says so.')
    return request.transcript.some(({ role }) => role === 'assistant')
      ? calls(NOTE, call('send', 'send_diagnosis', first({ root_cause: 'A session holds a lock.' })))
      : calls(call('call_logs', 'fetch_logs', { seconds: 60, limit: 5 }))
  })
  await start(model, { secondReader: guard(reader, redact) })
  await fires(receivedAlert())
  await delivered(1)
  await idle()
  expect(phone.bodies()[0]).toContain('*Second reader disagrees:* slow_query (81 % sure)')
  expect(phone.bodies()[0]?.length).toBeLessThanOrEqual(600)
  const read = JSON.stringify(reader.requests.map(({ transcript }) => transcript))
  expect(read).toContain('fetch_logs')
  expect(read).not.toMatch(/A session holds|"name":"note_hypotheses|It would explain/)
  const [incident] = await store.incidents.list(1)
  const events = (await store.incidents.timeline(incident?.id ?? '')).map(({ event }) => event)
  expect(events.find(({ kind }) => kind === 'second_reading')).toMatchObject({ verdict: 'disagrees', cause: 'slow_query' })
  expect(events.findIndex(({ kind }) => kind === 'second_reading')).toBeLessThan(events.findIndex(({ kind }) => kind === 'message_queued'))
  await writes('why?')
  await delivered(2)
  expect(phone.bodies()[1]).toContain('*Second reader* disagrees: slow_query (0.81): An index is gone.')
  await writes('what is the status of the shop')
  await delivered(3)
  expect(phone.bodies()[2]).not.toContain('Second reader')
})

test('a second reader that agrees says nothing on the page', async ({ phone, start, fires, delivered }) => {
  await start(
    scriptedModel(({ transcript }) =>
      transcript.some(({ role }) => role === 'assistant')
        ? calls(NOTE, call('send', 'send_diagnosis', first()))
        : calls(call('call_logs', 'fetch_logs', { seconds: 60, limit: 5 })),
    ),
    { secondReader: guard(reads({ cause: 'lock_contention' }), redact) },
  )
  await fires(receivedAlert())
  await delivered(1)
  expect(phone.bodies()[0]).not.toContain('econd reader')
})

test.for([
  ['is down', () => Promise.reject(new ModelError('model_unavailable', 'down'))],
  ['sends no diagnosis', async () => says('Hm.')],
  ['sends what is none', async () => calls(call('d', 'send_diagnosis', '{"status":'))],
  ['asks without end', async () => calls(call('x', 'list_instances'))],
  ['calls what acts', async () => calls(call('x', 'create_jira_ticket', { summary: 'x' }))],
] as const)('a second reader that %s costs nobody the page', async ([, answer], { store, jira, phone, start, fires, idle, delivered }) => {
  await start(ordinary(), { secondReader: guard(scriptedModel(answer), redact) })
  await fires(receivedAlert())
  await delivered(1)
  await idle()
  expect(phone.bodies()[0]).toContain(diagnosis().root_cause)
  const [incident] = await store.incidents.list(1)
  const timeline = await store.incidents.timeline(incident?.id ?? '')
  expect(timeline.find(({ event }) => event.kind === 'second_reading')?.event).toMatchObject({ verdict: 'not_read' })
  expect(jira.issues).toEqual([])
})
