import type { Service } from '@oncall-lab/service-kit/service'
import type { FastifyRequest } from 'fastify'
import type { Surroundings } from '../surroundings.ts'
import { AREA_BYTES, type Area, type WorkingMemory } from './working-memory.ts'

interface Parts {
  memory: WorkingMemory
  surroundings: Surroundings
  /** Which requests get some. */
  concerns: (request: FastifyRequest) => boolean
}

/** Puts answers together in working memory: each request takes its piece before its handler runs and gives it back when the answer is sent. */
export function addAnswersInMemory(app: Service, { memory, surroundings, concerns }: Parts): void {
  const areas = new WeakMap<FastifyRequest, Area>()

  app.addHook('preHandler', (request, reply, done) => {
    if (!concerns(request)) return done()
    const area = memory.take()
    areas.set(request, area)
    let isTaken = true
    const giveBack = () => {
      if (!isTaken) return
      isTaken = false
      areas.delete(request)
      if (surroundings.onAreaReturn) surroundings.onAreaReturn(area)
      else area.giveBack()
    }
    // Only then the system has read all of it.
    reply.raw.once('finish', giveBack).once('close', giveBack)
    done()
  })

  app.addHook('onSend', (request, _reply, payload, done) => {
    const area = areas.get(request)
    if (!area || typeof payload !== 'string' || Buffer.byteLength(payload) > AREA_BYTES) return done(null, payload)
    done(null, area.bytes.subarray(0, area.bytes.write(payload)))
  })
}
