import { SendAnswerArgs } from '@oncall-lab/on-call-agent/api'
import type { Static } from 'typebox'
import { Value } from 'typebox/value'
import { answer } from '../src/answer.ts'
import type { ChatMessage } from '../src/openai-wire.ts'
import { call } from './simulated-functions.ts'
import type { World } from './simulated-world.ts'

const READ_TOOLS = ['fetch_logs', 'compute_error_rate', 'query_prometheus', 'list_instances', 'fetch_code_from_github', 'list_incidents']

/** A question about a simulated production, from the person's words to the answer. */
export class SimulatedInquiry {
  readonly #messages: ChatMessage[]
  readonly #world: World

  constructor(world: World, question: string) {
    this.#world = world
    const asked = JSON.stringify({ question, service: world.service }, null, 1)
    this.#messages = [
      { role: 'system', content: 'You answer questions.' },
      { role: 'user', content: `A person asks:\n${asked}` },
    ]
  }

  /** The functions that are asked first. */
  firstLooks(tools: string[]): string[] {
    return answer(this.#messages, [...tools, 'send_answer']).tool_calls?.map(({ function: { name } }) => name) ?? []
  }

  /** @throws when none comes, or one that the agent would refuse or cut. */
  answer(tools = READ_TOOLS): Static<typeof SendAnswerArgs> & { rounds: number } {
    const used = new Map<string, number>()
    const results = new Map<string, string>()
    for (let rounds = 0; rounds < 6; rounds++) {
      const message = answer(this.#messages, [...tools, 'send_answer'])
      this.#messages.push(message)
      for (const { id, function: called } of message.tool_calls ?? []) {
        const args = JSON.parse(called.arguments)
        if (called.name === 'send_answer') {
          if (!Value.Check(SendAnswerArgs, args)) throw new Error(`The agent would refuse ${called.arguments}`)
          for (const { tool_call_id, quote } of args.evidence)
            if (!results.get(tool_call_id)?.includes(quote)) throw new Error(`The quote stands nowhere: ${quote}`)
          return { ...args, rounds }
        }
        const content = call(this.#world, used, called.name, args)
        results.set(id, content)
        this.#messages.push({ role: 'tool', tool_call_id: id, content })
      }
    }
    throw new Error('No answer within six')
  }
}
