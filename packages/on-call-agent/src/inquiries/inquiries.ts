import { LabError } from '@oncall-lab/service-kit/errors'
import type { Inquiry, InquiryRequest } from '../api.ts'
import type { InquiryStore } from '../store/inquiry-store.ts'
import { answerInquiry, type InquiryDependencies } from './answer-inquiry.ts'

/** Waiting and under way together; a question beyond is refused. */
const MOST_OPEN = 200
/** What was asked so long ago is of no use any more, and may be what ends the process. */
const TAKEN_UP_MS = 600_000

interface InquiriesOptions extends InquiryDependencies {
  inquiries: InquiryStore
  /** Runs the work later, some at a time, again when it throws. */
  work: (id: string, task: (signal: AbortSignal) => Promise<void>) => void
}

/** Questions and answers of a conversation that the next question can mean. */
const EARLIER = 3

/** Questions in, answers later. */
export interface Inquiries {
  /** When it resolves, the question is on disk. @throws LabError 429 when too many wait. */
  ask(request: InquiryRequest): Promise<Inquiry>
  find(id: string): Promise<Inquiry | undefined>
  /** Newest first; of one context where it is given. */
  list(limit: number, context?: string): Promise<Inquiry[]>
  /** Ends the work on it, unless it has ended; undefined when there is none. */
  cancel(id: string): Promise<Inquiry | undefined>
}

/** Takes up what a restart cut off. */
export async function createInquiries({ inquiries, work, ...deps }: InquiriesOptions): Promise<Inquiries> {
  let open = 0
  const begun = new Map<string, AbortController>()
  const earlierOf = async ({ id, context }: Inquiry) => {
    if (context === undefined) return []
    const newest = await inquiries.list(EARLIER + 1, context)
    return newest
      .filter((each) => each.id !== id && each.status === 'answered')
      .slice(0, EARLIER)
      .reverse()
  }
  const begin = (inquiry: Inquiry) => {
    const cancelled = new AbortController()
    begun.set(inquiry.id, cancelled)
    open += 1
    work(inquiry.id, async (signal) => {
      try {
        const earlier = await earlierOf(inquiry)
        if (!cancelled.signal.aborted)
          await answerInquiry({ ...deps, earlier }, inquiry, (now) => inquiries.update(now), AbortSignal.any([signal, cancelled.signal]))
      } catch (error) {
        if (!cancelled.signal.aborted) throw error
      }
      begun.delete(inquiry.id)
      open -= 1
    })
  }
  for (const inquiry of await inquiries.running()) {
    if (Date.now() - Date.parse(inquiry.asked_at) < TAKEN_UP_MS) begin(inquiry)
    else
      await inquiries.update({
        ...inquiry,
        status: 'failed',
        answer: 'The agent was stopped before it could answer.',
        answered_at: new Date().toISOString(),
      })
  }
  return {
    async ask(request) {
      if (open >= MOST_OPEN)
        throw new LabError(`${open} inquiries are open; ask again when some are answered`, {
          code: 'too_many_inquiries',
          status: 429,
          retryable: true,
        })
      const { inquiry, isNew } = await inquiries.open(request)
      if (isNew) begin(inquiry)
      return inquiry
    },
    find: (id) => inquiries.find(id),
    list: (limit, context) => inquiries.list(limit, context),
    async cancel(id) {
      const inquiry = await inquiries.find(id)
      if (inquiry?.status !== 'running') return inquiry
      await inquiries.update({ ...inquiry, status: 'cancelled', answered_at: new Date().toISOString() })
      begun.get(inquiry.id)?.abort(new Error('the inquiry was cancelled'))
      return inquiries.find(id)
    },
  }
}
