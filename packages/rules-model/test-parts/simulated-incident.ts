import type { Diagnosis, Hypothesis } from '@oncall-lab/on-call-agent/api'
import { NoteHypothesesArgs } from '@oncall-lab/on-call-agent/functions'
import { Value } from 'typebox/value'
import { answer } from '../src/answer.ts'
import type { AssistantMessage, ChatMessage } from '../src/openai-wire.ts'
import { FIRING_AT } from './scene.ts'
import { call } from './simulated-functions.ts'
import type { World } from './simulated-world.ts'

const READ_TOOLS = ['fetch_logs', 'compute_error_rate', 'query_prometheus', 'list_instances', 'fetch_code_from_github']

/** One incident, from its alerts to its conversation, with every answer kept. */
export class SimulatedIncident {
  readonly messages: ChatMessage[]
  readonly rounds: { name: string; args: Record<string, unknown> }[][] = []
  /** What was noted, in order. */
  readonly hypotheses: Hypothesis[][] = []
  /** Refusals to give to the next diagnoses, first one first. */
  refusals: string[] = []
  /** Puts other text around a function's result, or cuts it. */
  wrap: (result: string, name: string) => string = (result) => result
  world: World
  readonly #used = new Map<string, number>()

  constructor(world: World) {
    this.world = world
    const alerts = world.alerts.map((alert) => ({
      service: world.service,
      starts_at: new Date(FIRING_AT).toJSON(),
      resolved_at: null,
      labels: { service: world.service, severity: alert.severity },
      ...alert,
    }))
    this.messages = [
      { role: 'system', content: 'You are the on-call engineer.' },
      { role: 'user', content: `Incident I1. These alerts are firing:\n${JSON.stringify({ alerts }, null, 1)}\nGood luck.` },
    ]
  }

  /** Runs until a diagnosis is accepted. @throws when none comes. */
  investigate(tools = [...READ_TOOLS, 'note_hypotheses', 'send_diagnosis']): Diagnosis {
    const all = [...Object.keys(this.world.database ?? {}), ...tools]
    for (let step = 0; step < 12; step++) {
      // The agent offers only the two that must come first at first.
      const message = this.#take(step === 0 ? ['fetch_logs', 'compute_error_rate'].filter((name) => tools.includes(name)) : all)
      for (const { id, function: called } of message.tool_calls ?? []) {
        const args = JSON.parse(called.arguments) as Record<string, unknown>
        if (called.name === 'note_hypotheses') this.#note(id, args)
        else if (called.name !== 'send_diagnosis') this.#result(id, this.wrap(call(this.world, this.#used, called.name, args), called.name))
        else {
          const refusal = this.refusals.shift()
          this.#result(
            id,
            JSON.stringify(refusal === undefined ? { accepted: true } : { error: { code: 'unsupported', message: refusal } }),
          )
          if (refusal === undefined) return args as unknown as Diagnosis
        }
      }
      if (!message.tool_calls) throw new Error(`Words instead of a diagnosis: ${message.content}`)
    }
    throw new Error('No diagnosis within 12 answers')
  }

  /** As the agent takes them: at least two, or one with the reason. */
  #note(id: string, args: Record<string, unknown>): void {
    if (!Value.Check(NoteHypothesesArgs, args)) throw new Error(`The agent would refuse these hypotheses: ${JSON.stringify(args)}`)
    const { hypotheses, reason } = args
    if (hypotheses.length < 2 && reason === undefined) throw new Error('One hypothesis, and no reason')
    this.hypotheses.push(hypotheses)
    this.#result(id, JSON.stringify({ noted: hypotheses.length, dropped_quotes: 0 }))
  }

  /** A person writes; the words that come back. The calls on the way are in `rounds`. */
  say(text: string, tools = [...READ_TOOLS, 'create_jira_ticket']): string {
    this.messages.push({ role: 'user', content: text })
    for (let step = 0; step < 5; step++) {
      const message = this.#take(tools)
      if (!message.tool_calls) return message.content ?? ''
      for (const { id, function: called } of message.tool_calls)
        this.#result(id, call(this.world, this.#used, called.name, JSON.parse(called.arguments)))
    }
    throw new Error('No words within 5 answers')
  }

  /** All calls of a function so far. */
  calls(name: string): Record<string, unknown>[] {
    return this.rounds.flat().flatMap((made) => (made.name === name ? [made.args] : []))
  }

  /** The text of a call's result. */
  resultOf(id: string): string | undefined {
    const message = this.messages.find((one) => one.role === 'tool' && one.tool_call_id === id)
    return message && typeof message.content === 'string' ? message.content : undefined
  }

  #take(tools: string[]): AssistantMessage {
    const message = answer(this.messages, tools)
    this.messages.push(message)
    if (message.tool_calls)
      this.rounds.push(message.tool_calls.map(({ function: { name, arguments: args } }) => ({ name, args: JSON.parse(args) })))
    return message
  }

  #result(id: string, content: string): void {
    this.messages.push({ role: 'tool', tool_call_id: id, content })
  }
}
