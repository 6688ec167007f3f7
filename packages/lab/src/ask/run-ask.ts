import { randomUUID } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline/promises'
import { callAgent } from '../agent-access.ts'
import type { Lab } from '../lab.ts'
import { notAnswering } from '../not-answering.ts'
import { callGateway } from '../srebot/gateway-client.ts'
import { ORCHESTRATOR } from './commands.ts'
import { createSession, type Session } from './session.ts'
import { streamAnswer } from './stream-answer.ts'

const REMEMBERED = 500

interface AskOptions {
  /** Asks and ends; a session without it. */
  question: string | undefined
  agent: string
  say: (line: string) => void
}

/** Asks one question of a lab's gateway, or holds a session in the terminal. True when it came to a good end. */
export async function runAsk(lab: Lab, { question, agent: first, say }: AskOptions): Promise<boolean> {
  const url = lab.book.url('gateway')
  const token = lab.env.GATEWAY_TOKEN && lab.env.GATEWAY_TOKEN !== 'off' ? lab.env.GATEWAY_TOKEN : undefined
  await using gateway = callGateway(url, token)
  await using agent = callAgent(lab, 10_000)
  const contextId = randomUUID()
  const absent = notAnswering(lab, 'gateway', url).message
  const session = createSession({
    ask: (name, text, signal) => streamAnswer({ url, token, agent: name, contextId, absent }, text, signal),
    agents: () => gateway.agents(),
    agent,
    say,
  })
  if (first !== ORCHESTRATOR && !(await session.take(`/agent ${first}`, NEVER))) return false
  if (question !== undefined) return await session.take(question, NEVER)
  await converse(session, { say, historyFile: join(lab.directory.state, 'ask-history') })
  return true
}

const NEVER = new AbortController().signal

/** Line after line until the end of the input or /quit. In a terminal Ctrl-C cancels the question that is under way, and ends the session where there is none. */
async function converse(session: Session, { say, historyFile }: { say: (line: string) => void; historyFile: string }): Promise<void> {
  const isTerminal = process.stdin.isTTY && process.stdout.isTTY
  const lines = createInterface({
    input: process.stdin,
    output: process.stdout,
    terminal: isTerminal,
    ...(isTerminal && { history: readHistory(historyFile), historySize: REMEMBERED, removeHistoryDuplicates: true }),
  })
  let underWay: AbortController | undefined
  lines.on('SIGINT', () => (underWay ? underWay.abort(new Error('cancelled')) : lines.close()))
  lines.on('history', (history: string[]) => keepHistory(historyFile, history))
  const prompt = () => {
    lines.setPrompt(`${session.asks}? `)
    if (isTerminal) lines.prompt()
  }
  if (isTerminal) say('Ask what is wrong, what changed, who holds the slots. /help lists the commands; Ctrl-D ends.')
  prompt()
  for await (const line of lines) {
    if (/^\s*\/(quit|exit)\s*$/.test(line)) break
    underWay = new AbortController()
    await session.take(line, underWay.signal)
    underWay = undefined
    prompt()
  }
  lines.close()
}

/** Newest first, as readline has it. */
function readHistory(file: string): string[] {
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean).slice(0, REMEMBERED) : []
}

/** A lab that never ran has no folder; then there is nothing to remember. */
function keepHistory(file: string, history: string[]): void {
  try {
    writeFileSync(file, `${history.slice(0, REMEMBERED).join('\n')}\n`, { mode: 0o600 })
  } catch {
    // A question is worth more than its place in the history.
  }
}
