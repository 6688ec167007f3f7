import { createInterface } from 'node:readline/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Inquiry } from '@oncall-lab/on-call-agent/api'
import { callAgent } from './agent-access.ts'
import type { Lab } from './lab.ts'

const LOOK_EVERY_MS = 200

/** Asks the agent one question, says each look as it is made, and then the answer. True when it was answered. */
export async function askOnce(lab: Pick<Lab, 'book' | 'env'>, question: string, say: (line: string) => void): Promise<boolean> {
  await using agent = callAgent(lab, 10_000)
  const { id } = await agent.post<{ id: string }>('/api/inquiries', { question })
  let said = 0
  for (;;) {
    const { status, steps, answer } = await agent.get<Inquiry>(`/api/inquiries/${id}`)
    for (const { name, ok, summary } of steps.slice(said)) say(`  ${name}${ok ? '' : ' (failed)'}: ${summary}`)
    said = steps.length
    if (status !== 'running') {
      say(answer ?? 'There is no answer.')
      return status === 'answered'
    }
    await sleep(LOOK_EVERY_MS)
  }
}

/** Question after question, until the end of the input. */
export async function askInTurn(lab: Pick<Lab, 'book' | 'env'>, say: (line: string) => void): Promise<void> {
  say('Ask what is wrong, what changed, how many instances there are. Ctrl-D ends.')
  const lines = createInterface({ input: process.stdin, output: process.stdout, prompt: '? ' })
  lines.prompt()
  for await (const line of lines) {
    if (line.trim() !== '') await askOnce(lab, line.trim(), say).catch((error: Error) => say(error.message))
    lines.prompt()
  }
}
