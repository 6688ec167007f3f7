import type { Action } from '@oncall-lab/on-call-agent/api'
import { createHttpClient } from '@oncall-lab/service-kit/http-client'
import type { Mail } from '@oncall-lab/stand-ins/api'
import type { Lab } from '../lab.ts'

/** The gateway as a chat uses it. Every call @throws UpstreamError */
export interface ShopChat extends AsyncDisposable {
  ask(question: string): Promise<string>
  /** The newest proposal of this action that waits for a person. */
  pending(action: string): Promise<Action | null>
  approve(id: string): Promise<void>
}

/** A question may take as long as an investigation. */
const ANSWER_WITHIN_MS = 60_000

export function shopChat({ book, env }: Lab): ShopChat {
  const token = env.GATEWAY_TOKEN && env.GATEWAY_TOKEN !== 'off' ? env.GATEWAY_TOKEN : undefined
  const gateway = createHttpClient({ name: 'The gateway', baseUrl: book.url('gateway'), timeoutMs: ANSWER_WITHIN_MS, token })
  return {
    ask: async (question) => (await gateway.post<{ answer: string }>('/ask', { question })).answer,
    async pending(action) {
      const { pending } = await gateway.get<{ pending: Action[] }>('/pending')
      return pending.findLast((each) => each.action === action) ?? null
    },
    async approve(id) {
      await gateway.post(`/approve/${id}`, {})
    },
    [Symbol.asyncDispose]: () => gateway[Symbol.asyncDispose](),
  }
}

/** What lies in the stand-in's mailbox, newest first. */
export async function readMails({ book }: Lab): Promise<Mail[]> {
  await using standIns = createHttpClient({ name: 'The mailbox', baseUrl: book.url('standIns'), timeoutMs: 5_000 })
  return (await standIns.get<{ messages: Mail[] }>('/mail/messages')).messages
}
