import { DeliveryError, type Messenger, type OutgoingMessage, type PageWriter, type VendorReport } from '../src/channels/channel.ts'
import { pageText } from '../src/channels/page.ts'

/** A phone that keeps what it gets. `failures` are thrown by the next attempts; with `arrives` the message got there all the same, with `afterMs` so much later. */
export function recordingMessenger() {
  const delivered: (OutgoingMessage & { sid: string })[] = []
  const statuses = new Map<string, VendorReport>()
  let statusesAsked = 0
  const failures: { error: DeliveryError; arrives: boolean; afterMs?: number; to?: string }[] = []
  let lookUps = 0
  let isWindowClosed = false
  let lookUpError: DeliveryError | undefined
  const messenger: Messenger & PageWriter = {
    render: (_to, page) => pageText(page),
    async send(message) {
      const at = failures.findIndex(({ to }) => to === undefined || to === message.to)
      const [failure] = at < 0 ? [] : failures.splice(at, 1)
      const arrive = () => {
        const sid = `SM${delivered.length + 1}`
        delivered.push({ sid, ...message })
        return sid
      }
      if (!failure) return { vendorId: arrive(), ...(isWindowClosed && { form: 'template' as const }) }
      if (failure.arrives && failure.afterMs) setTimeout(arrive, failure.afterMs)
      else if (failure.arrives) arrive()
      throw failure.error
    },
    async find({ to, reference }) {
      lookUps += 1
      if (lookUpError) throw lookUpError
      return delivered.find((each) => each.to === to && each.reference === reference)?.sid
    },
    async statusOf({ vendorId }) {
      statusesAsked += 1
      return statuses.get(vendorId)
    },
  }
  return {
    ...messenger,
    delivered,
    failures,
    bodies: () => delivered.map(({ body }) => body),
    lookUps: () => lookUps,
    /** From now on messages go out as an approved template. */
    closeWindow: () => {
      isWindowClosed = true
    },
    /** What is said about a message when it is asked for. */
    statuses,
    statusesAsked: () => statusesAsked,
    failLookUps: (error: DeliveryError | undefined) => {
      lookUpError = error
    },
  }
}

/** What the vendor may throw. */
export const lostAnswer = () => new DeliveryError('no answer in time', { code: 'unreachable', retryable: true, uncertain: true })
export const refusal = () => new DeliveryError('not a WhatsApp number', { code: '63003', retryable: false, uncertain: false })
