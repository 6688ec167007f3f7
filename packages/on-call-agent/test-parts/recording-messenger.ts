import { DeliveryError, type Messenger } from '../src/channels/channel.ts'

/** A phone that keeps what it gets. `failures` are thrown by the next attempts; with `arrives` the message got there all the same. */
export function recordingMessenger() {
  const delivered: { sid: string; to: string; body: string; at: Date }[] = []
  const failures: { error: DeliveryError; arrives: boolean }[] = []
  let lookUps = 0
  const messenger: Messenger = {
    async send(to, body) {
      const failure = failures.shift()
      const sid = `SM${delivered.length + 1}`
      if (!failure || failure.arrives) delivered.push({ sid, to, body, at: new Date() })
      if (failure) throw failure.error
      return sid
    },
    async find(to, body, since, isOther) {
      lookUps += 1
      return first(
        delivered.filter((each) => each.to === to && each.body === body && each.at >= since),
        isOther,
      )
    },
  }
  return { ...messenger, delivered, failures, bodies: () => delivered.map(({ body }) => body), lookUps: () => lookUps }
}

async function first(found: { sid: string }[], isOther: (sid: string) => Promise<boolean>): Promise<string | undefined> {
  for (const { sid } of found) if (!(await isOther(sid))) return sid
  return undefined
}

/** What the vendor may throw. */
export const lostAnswer = () => new DeliveryError('no answer in time', { code: 'unreachable', retryable: true, uncertain: true })
export const refusal = () => new DeliveryError('not a WhatsApp number', { code: '63003', retryable: false, uncertain: false })
