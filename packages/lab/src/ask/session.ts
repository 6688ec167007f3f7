import type { AgentList } from '@oncall-lab/gateway/api'
import { describeError } from '@oncall-lab/service-kit/errors'
import type { HttpClient } from '@oncall-lab/service-kit/http-client'
import type { Static } from 'typebox'
import { type Conversation, ORCHESTRATOR, sessionCommands } from './commands.ts'
import type { Told } from './stream-answer.ts'

/** What a session is made of. */
interface SessionParts {
  /** Asks one of the gateway's agents. */
  ask: (agent: string, question: string, signal: AbortSignal) => AsyncIterable<Told>
  agents: () => Promise<Static<typeof AgentList>>
  /** The agent's API. */
  agent: HttpClient
  say: (line: string) => void
}

/** A conversation in the terminal. */
export interface Session {
  /** Whom the next question goes to. */
  readonly asks: string
  /** Takes a line: a command that begins with /, or a question. True when it came to a good end. Never rejects. */
  take(line: string, signal: AbortSignal): Promise<boolean>
}

/** Makes a session; nothing is asked before its first line. */
export function createSession({ ask, agents, agent, say }: SessionParts): Session {
  const conversation: Conversation = { asks: ORCHESTRATOR, asked: [] }
  const commands = sessionCommands({ agents, agent, conversation, say })

  async function question(text: string, signal: AbortSignal): Promise<boolean> {
    const { asks: to } = conversation
    let answer = ''
    let isAnswered = false
    for await (const told of ask(to, text, signal)) {
      if (told.kind === 'answer') answer = told.text
      if (told.kind === 'end') isAnswered = told.isAnswered
      for (const line of linesOf(told, answer)) say(line)
    }
    conversation.asked.push({ to, question: text, answer: answer.split('\n', 1)[0] || 'no answer' })
    return isAnswered
  }

  return {
    get asks() {
      return conversation.asks
    },
    async take(line, signal) {
      const text = line.trim()
      if (text === '') return true
      try {
        if (!text.startsWith('/')) return await question(text, signal)
        const [name = '', ...args] = text.slice(1).split(/\s+/)
        const command = Object.hasOwn(commands, name) ? commands[name] : undefined
        if (!command) throw new Error(`There is no command /${name}; /help lists them.`)
        await command.run(args)
        return true
      } catch (error) {
        say(describeError(error))
        return false
      }
    },
  }
}

function linesOf(told: Told, answer: string): string[] {
  switch (told.kind) {
    case 'look':
      return [`  ${told.text}`]
    case 'answer':
      return [told.text, ...told.quotes.map((quote) => `  “${quote}”`)]
    case 'beside':
      return [`${told.name}: ${told.text}`]
    case 'end':
      return told.isAnswered || told.text === answer ? [] : [told.text]
  }
}
