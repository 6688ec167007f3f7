import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { LabError } from '@oncall-lab/service-kit/errors'
import { describe, expect, test } from 'vitest'
import { deadAddress, type ProxyFault, startFaultProxy } from './fault-proxy.ts'
import { VENDOR_FAULTS } from './vendor-faults.ts'

/** How long the clients under test wait for an answer. */
export const LOOK_TIMEOUT_MS = 500

/** A look changes nothing, so no failure of one is uncertain: it may succeed later as it is, or it will not. */
export interface LookFault {
  name: string
  fault: ProxyFault | 'refused'
  claim: 'retryable' | 'final'
  code: string
}

/** Where a system differs from the others, by the name of the fault. */
export type LookExceptions = Record<string, Partial<Pick<LookFault, 'claim' | 'code'>>>

/** Statuses that stay as they are until somebody mends the call, the address or the account. */
const FINAL_STATUSES = [400, 401, 402, 403, 404, 409, 413, 422]

function lookFaultOf({ name, fault }: (typeof VENDOR_FAULTS)[number]): LookFault {
  if (fault === 'refused') return { name, fault, claim: 'retryable', code: 'upstream_unreachable' }
  switch (fault.kind) {
    case 'hangs':
    case 'late':
      return { name, fault, claim: 'retryable', code: 'upstream_timeout' }
    case 'answers':
      if (fault.status === 200) return { name, fault, claim: 'final', code: 'upstream_garbled' }
      return { name, fault, claim: FINAL_STATUSES.includes(fault.status) ? 'final' : 'retryable', code: 'upstream_status' }
    default:
      return { name, fault, claim: 'retryable', code: 'upstream_unreachable' }
  }
}

const garbled = (name: string, body: string): LookFault => ({
  name,
  fault: { kind: 'answers', status: 200, body },
  claim: 'final',
  code: 'upstream_garbled',
})

/** Every way in which a look can fail, with the one right claim and code. */
const LOOK_FAULTS: readonly LookFault[] = [
  ...VENDOR_FAULTS.map(lookFaultOf),
  garbled('200 with nothing', ''),
  garbled('200 with null', 'null'),
  garbled('200 with JSON of another shape', '{"data":7,"sha":7}'),
  {
    name: '503 with a page of a proxy',
    fault: { kind: 'answers', status: 503, body: '<html>' },
    claim: 'retryable',
    code: 'upstream_status',
  },
]

interface LookSuite {
  /** The system as a person calls it: each failure names it. */
  system: string
  /** Starts what the client asks, healthy; in front of it stands the proxy with the faults. */
  start: () => Promise<{ url: string } & AsyncDisposable>
  /** One look with a client that waits for `LOOK_TIMEOUT_MS`. */
  look: (url: string, signal: AbortSignal) => Promise<unknown>
  except?: LookExceptions
}

/** The faults as they are told by a system that differs so from the others. */
export const lookFaults = (except: LookExceptions = {}): LookFault[] => LOOK_FAULTS.map((fault) => ({ ...fault, ...except[fault.name] }))

/** The suite of every client that only reads: what it throws after each failure, and that the next look succeeds when the failure is over. */
export function describeLookFaults(name: string, { system, start, look, except }: LookSuite): void {
  describe(`${name}: a failed look`, () => {
    test.each(lookFaults(except))('$name is $claim: $code', async ({ fault, claim, code }) => {
      await using origin = await start()
      await using proxy = await startFaultProxy(origin.url)
      const { signal } = new AbortController()
      if (fault !== 'refused') proxy.behaviour.fault = () => fault
      const error = await look(fault === 'refused' ? await deadAddress() : proxy.url, signal).then(
        (result) => expect.unreachable(`The look gave ${JSON.stringify(result)}`),
        (thrown: unknown) => thrown,
      )
      expect(error).toBeInstanceOf(LabError)
      expect(error).toMatchObject({ code, retryable: claim === 'retryable' })
      if (code.startsWith('upstream_')) expect(String(error)).toContain(system)
      proxy.behaviour.fault = () => ({ kind: 'passes' })
      await look(proxy.url, signal)
    })

    test('is no failure of the system when its caller gave up', async () => {
      await using origin = await start()
      await using proxy = await startFaultProxy(origin.url)
      proxy.behaviour.fault = () => ({ kind: 'hangs' })
      const reason = new Error('the caller gave up')
      const looking = look(proxy.url, AbortSignal.abort(reason))
      await expect(looking).rejects.not.toBeInstanceOf(LabError)
    })
  })
}

/** A server that gives this answer to every request. */
export async function startAnswering(answer: unknown) {
  const server = createServer((_request, reply) => reply.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer)))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo // Bound to TCP above.
  return {
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
