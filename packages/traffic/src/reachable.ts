import { once } from 'node:events'
import { connect } from 'node:net'
import { describeError } from '@oncall-lab/service-kit/errors'

/** Undefined when something accepts connections at the URL's address within `withinMs`, else why not. */
export async function whyUnreachable(url: string, withinMs: number): Promise<string | undefined> {
  const { hostname, port } = new URL(url)
  const socket = connect({ host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || 80) })
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(withinMs) })
    return undefined
  } catch (error) {
    return describeError(error)
  } finally {
    socket.destroy()
  }
}
