import { readFileSync } from 'node:fs'
import type { Diagnosis } from '@oncall-lab/on-call-agent/api'
import { answer } from '../src/answer.ts'
import type { ChatMessage } from '../src/openai-wire.ts'

/** An incident of a running lab: its alerts, and what the functions returned, by name and arguments. */
interface Recording {
  alerts: object[]
  results: { name: string; args: string; result: string }[]
}

/** One of `test-parts/recordings`, as JSON text, so that a test can change names in it. */
export function readRecording(name: string): string {
  return readFileSync(new URL(`./recordings/${name}.json`, import.meta.url), 'utf8')
}

/** Investigates on what was recorded; what nobody asked then is not there. */
export function replay(text: string): Diagnosis {
  return investigateRecording(text).diagnosis
}

/** The name and the arguments of what is proposed first, where these actions are offered; undefined for nothing. */
export function replayRemedy(text: string, actions?: string): { action: string; arguments: object } | undefined {
  const { messages, ask } = investigateRecording(text)
  for (let step = 0; step < 3; step += 1) {
    const message = answer(messages, ['list_changes', 'find_row', 'propose_action'], actions)
    messages.push(message)
    const [called] = message.tool_calls ?? []
    if (!called) return undefined
    if (called.function.name === 'propose_action') return JSON.parse(called.function.arguments) // Its own words.
    messages.push({ role: 'tool', tool_call_id: called.id, content: ask(called.function) })
  }
  return undefined
}

/** The transcript of an investigation on what was recorded, and its diagnosis; `failing` is a function that gives nothing. */
export function investigateRecording(text: string, failing?: string) {
  const { alerts, results } = JSON.parse(text) as Recording // As the trial wrote it.
  const tools = [...new Set([...results.map(({ name }) => name), 'fetch_logs', 'compute_error_rate', 'query_prometheus', 'list_instances'])]
  const messages: ChatMessage[] = [
    { role: 'system', content: 'You are the on-call engineer.' },
    { role: 'user', content: `Incident I1. These alerts are firing:\n${JSON.stringify({ alerts }, null, 1)}` },
  ]
  const ask = (called: { name: string; arguments: string }) => {
    if (called.name === failing) return FAILED
    const args = canonical(called.arguments)
    const same = results.filter(({ name }) => name === called.name)
    const found = same.find((one) => one.args === args) ?? same.find((one) => windowless(one.args) === windowless(args))
    return found?.result ?? NOT_RECORDED
  }
  for (let step = 0; step < 12; step += 1) {
    const message = answer(messages, [...tools, 'note_hypotheses', 'send_diagnosis'])
    messages.push(message)
    for (const { id, function: called } of message.tool_calls ?? []) {
      if (called.name === 'send_diagnosis') {
        messages.push({ role: 'tool', tool_call_id: id, content: '{"accepted":true,"next":"propose"}' })
        return { messages, ask, diagnosis: JSON.parse(called.arguments) as Diagnosis } // Its own words.
      }
      messages.push({ role: 'tool', tool_call_id: id, content: called.name === 'note_hypotheses' ? NOTED : ask(called) })
    }
  }
  throw new Error('No diagnosis within 12 answers')
}

const NOTED = '{"noted":2,"dropped_quotes":0}'
const FAILED = JSON.stringify({ error: { code: 'upstream_unreachable', message: 'it cannot be reached' } })
const NOT_RECORDED = JSON.stringify({ error: { code: 'not_found', message: 'this was not asked then' } })

/** Some recordings are older than windows that follow the scrapes: the same question over another window. */
const windowless = (args: string) => args.replace(/\[\d+[sm]\]/g, '[]').replace(/,?\["(?:range_)?seconds",\d+\]/g, '')

function canonical(text: string): string {
  return JSON.stringify(Object.entries(JSON.parse(text) as object).sort(([a], [b]) => a.localeCompare(b))) // A model's arguments are an object.
}
