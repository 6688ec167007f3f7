import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Service } from '@oncall-lab/service-kit/service'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Vendor } from '../api.ts'
import type { FaultEffect, Faults } from './faults.ts'

interface Options {
  vendor: Vendor
  faults: Faults
  /** The vendor's own error for a status that a fault asks for; it may set headers. */
  errorOf: (status: number, retryAfterS: number | undefined, reply: FastifyReply) => Error
}

declare module 'fastify' {
  interface FastifyRequest {
    /** The faults that strike this call; set by the first hook of a vendor's scope. */
    struckBy?: FaultEffect[]
  }
}

const PIECES = 20

/** Lets the faults of one vendor act on every call in its scope. Register it before the scope's other hooks. */
export function applyFaults(app: Service, { vendor, faults, errorOf }: Options): void {
  const closing = new AbortController()
  app.addHook('preClose', async () => closing.abort())
  const wait = (ms: number) => sleep(ms, undefined, { signal: closing.signal }).catch(() => undefined)

  app.addHook('onRequest', async (request, reply) => {
    const effects = faults.strike({ vendor, method: request.method, path: pathBelow(request, vendor) })
    if (effects.length === 0) return
    request.struckBy = effects
    for (const effect of effects) {
      if (effect.kind === 'delay' && effect.when === 'before') await wait(effect.delay_ms)
      if (effect.kind === 'lost_request') return loseCall(request, reply)
      if (effect.kind === 'status') throw errorOf(effect.status, effect.retry_after, reply)
    }
  })

  app.addHook('onSend', async (request, _reply, payload) => {
    let answer = payload
    for (const effect of request.struckBy ?? []) {
      if (effect.kind === 'delay' && effect.when === 'after') await wait(effect.delay_ms)
      if (effect.kind === 'lost_answer') request.raw.socket.destroy()
      if (effect.kind === 'trickle' && (typeof payload === 'string' || Buffer.isBuffer(payload)))
        answer = Readable.from(inPieces(Buffer.from(payload), effect.over_ms, wait))
    }
    return answer
  })
}

function loseCall(request: FastifyRequest, reply: FastifyReply): void {
  reply.hijack()
  request.raw.socket.destroy()
}

async function* inPieces(bytes: Buffer, overMs: number, wait: (ms: number) => Promise<void>): AsyncGenerator<Buffer> {
  const size = Math.max(1, Math.ceil(bytes.length / PIECES))
  for (let at = 0; at < bytes.length; at += size) {
    await wait(overMs / PIECES)
    yield bytes.subarray(at, at + size)
  }
}

function pathBelow({ url }: FastifyRequest, vendor: Vendor): string {
  return (url.split('?', 1)[0] ?? '').slice(vendor.length + 1)
}
