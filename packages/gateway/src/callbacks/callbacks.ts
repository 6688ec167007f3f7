import { lookup as resolveName } from 'node:dns/promises'
import type { LookupFunction } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { describeError, LabError } from '@oncall-lab/service-kit/errors'
import { signedHeaders } from '@oncall-lab/service-kit/signed-headers'
import { Agent, request } from 'undici'
import { type CallbackPolicy, decideAddress, decideCallback, hostOf } from './decide-callback.ts'

type Resolve = (host: string) => Promise<{ address: string; family: number }[]>

interface CallbacksOptions {
  policy: CallbackPolicy
  /** Signs what is sent. */
  secret?: string | undefined
  resolve?: Resolve
  timeoutMs?: number
  /** The pauses between the attempts; one attempt more than there are pauses. */
  pausesMs?: readonly number[]
}

/** Messages to addresses that callers name. */
export interface Callbacks extends AsyncDisposable {
  /** @throws LabError 400 or 403 with the reason, before anything is connected. */
  demand(url: string, field: string): void
  /** Posts JSON until it is taken; resolves to why it was given up, or undefined. Redirects are not followed. */
  post(url: string, payload: object): Promise<string | undefined>
}

const PAUSES_MS = [500, 2_000, 8_000]

/** Each attempt resolves the name once, and connects to an address that was decided about: a name that turns in between gains nothing. */
export function createCallbacks({
  policy,
  secret,
  resolve = resolveAll,
  timeoutMs = 5_000,
  pausesMs = PAUSES_MS,
}: CallbacksOptions): Callbacks {
  const dispatcher = new Agent({ connect: { lookup: checkedLookup(policy, resolve), timeout: timeoutMs }, pipelining: 0 })
  const ending = new AbortController()
  const demand = (url: string): URL => {
    const decision = decideCallback(url, policy)
    if (decision.kind === 'allowed') return decision.url
    throw new LabError(`No callback goes to ${JSON.stringify(url.slice(0, 200))}: ${decision.reason}`, {
      code: decision.status === 403 ? 'callback_refused' : 'invalid_request',
      status: decision.status,
    })
  }
  const attempt = async (url: URL, body: string): Promise<{ again: boolean; why: string } | undefined> => {
    const headers = {
      'content-type': 'application/json',
      'user-agent': 'oncall-lab',
      ...(secret !== undefined && signedHeaders(secret, body, new Date())),
    }
    const signal = AbortSignal.any([ending.signal, AbortSignal.timeout(timeoutMs)])
    try {
      const answer = await request(url, {
        method: 'POST',
        headers,
        body,
        dispatcher,
        signal,
        headersTimeout: timeoutMs,
        bodyTimeout: timeoutMs,
      })
      // What it says beside its status is nobody's concern, and may be long.
      answer.body.once('error', () => {}).destroy()
      if (answer.statusCode < 300) return undefined
      return {
        again: answer.statusCode >= 500 || answer.statusCode === 429 || answer.statusCode === 408,
        why: `it answered ${answer.statusCode}`,
      }
    } catch (error) {
      return { again: !(error instanceof RefusedAddress) && !ending.signal.aborted, why: describeError(error) }
    }
  }
  return {
    demand(url, field) {
      try {
        demand(url)
      } catch (error) {
        if (!(error instanceof LabError)) throw error
        throw new LabError(error.message, { code: error.code, status: error.status, field })
      }
    },
    async post(url, payload) {
      const target = demand(url)
      const body = JSON.stringify(payload)
      let outcome: Awaited<ReturnType<typeof attempt>>
      for (const pauseMs of [0, ...pausesMs]) {
        await sleep(pauseMs, undefined, { signal: ending.signal }).catch(() => {})
        outcome = await attempt(target, body)
        if (!outcome?.again) break
      }
      return outcome?.why
    },
    async [Symbol.asyncDispose]() {
      ending.abort(new Error('the gateway is stopping'))
      await dispatcher.destroy()
    },
  }
}

/** A name led to an address that may not be called. */
class RefusedAddress extends Error {
  override readonly name = 'RefusedAddress'
}

/** What a socket is connected by: only addresses that may be called. */
function checkedLookup(policy: CallbackPolicy, resolve: Resolve): LookupFunction {
  return (host, options, done) => {
    const isNamed = hostOf(new URL(`http://${host}`)) !== 'localhost'
    resolve(host).then(
      (found) => {
        const good = found.filter(({ address }) => decideAddress(address, policy, isNamed))
        const [first] = good
        // All of them, or it is somebody who mixes.
        if (!first || good.length < found.length)
          return done(
            new RefusedAddress(
              `${host} leads to ${found.map(({ address }) => address).join(', ') || 'no address'}, which may not be called`,
            ),
            '',
            0,
          )
        if (options.all) done(null, good)
        else done(null, first.address, first.family)
      },
      (error: NodeJS.ErrnoException) => done(error, '', 0),
    )
  }
}

const resolveAll: Resolve = (host) => resolveName(host, { all: true, verbatim: true })
