import { randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { isSigned } from '@oncall-lab/service-kit/signed-headers'
import { Type } from 'typebox'
import { Value } from 'typebox/value'

/** What a callback carries. */
const Callback = Type.Object({
  incident_id: Type.String(),
  bundle_path: Type.Union([Type.String(), Type.Null()]),
  layers: Type.Array(Type.String()),
  errors: Type.Array(Type.String()),
})

/** A callback that came, and whether its signature was checked. */
export interface ReceivedCallback {
  incident_id: string
  bundle_path: string | null
  layers: string[]
  errors: string[]
  signed: boolean
}

const MOST_BYTES = 65_536

/** Listens on this machine, on a port of the system's choice, at a path that nobody guesses. With a secret an unsigned callback is refused. */
export async function listenForCallback(secret: string | undefined) {
  const path = `/${randomBytes(16).toString('hex')}`
  const { promise: received, resolve } = Promise.withResolvers<ReceivedCallback>()
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) {
      body += chunk
      if (body.length > MOST_BYTES) break
    }
    const answer = (status: number) => response.writeHead(status).end()
    if (request.method !== 'POST' || request.url !== path) return answer(404)
    if (secret !== undefined && !isSigned(secret, request.headers, body, new Date())) return answer(401)
    const read = parse(body)
    if (!Value.Check(Callback, read)) return answer(400)
    answer(204)
    resolve({ ...read, signed: secret !== undefined })
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const { port } = server.address() as AddressInfo // It listens on TCP.
  return {
    url: `http://127.0.0.1:${port}${path}`,
    received,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((closed) => server.close(closed))
    },
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
