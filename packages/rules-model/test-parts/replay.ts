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
  const { alerts, results } = JSON.parse(text) as Recording // As the trial wrote it.
  const tools = [...new Set([...results.map(({ name }) => name), 'fetch_logs', 'compute_error_rate', 'query_prometheus', 'list_instances'])]
  const messages: ChatMessage[] = [
    { role: 'system', content: 'You are the on-call engineer.' },
    { role: 'user', content: `Incident I1. These alerts are firing:\n${JSON.stringify({ alerts }, null, 1)}` },
  ]
  for (let step = 0; step < 12; step += 1) {
    const message = answer(messages, [...tools, 'note_hypotheses', 'send_diagnosis'])
    messages.push(message)
    for (const { id, function: called } of message.tool_calls ?? []) {
      if (called.name === 'send_diagnosis') return JSON.parse(called.arguments) as Diagnosis // Its own words.
      const found = results.find(({ name, args }) => name === called.name && args === canonical(called.arguments))
      const content = called.name === 'note_hypotheses' ? '{"noted":2,"dropped_quotes":0}' : (found?.result ?? NOT_RECORDED)
      messages.push({ role: 'tool', tool_call_id: id, content })
    }
  }
  throw new Error('No diagnosis within 12 answers')
}

const NOT_RECORDED = JSON.stringify({ error: { code: 'not_found', message: 'this was not asked then' } })

function canonical(text: string): string {
  return JSON.stringify(Object.entries(JSON.parse(text) as object).sort(([a], [b]) => a.localeCompare(b))) // A model's arguments are an object.
}
