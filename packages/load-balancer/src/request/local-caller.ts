import type { IncomingMessage } from 'node:http'

const LOOPBACK_ADDRESS = /^(127\.\d+\.\d+\.\d+|::1|::ffff:127\.\d+\.\d+\.\d+)$/
const LOOPBACK_HOST = /^(127\.0\.0\.1|localhost|\[::1\])(:\d*)?$/i

/**
 * True for a caller on this machine that names this machine: the peer and the Host are loopback, and no proxy or tunnel says that it speaks
 * for somebody else. Keeps out web pages by DNS rebinding, and tunnels.
 */
export function isLocalCaller({ socket, headers }: IncomingMessage, host: string | undefined): boolean {
  const relayed = Object.keys(headers).some((name) => name === 'forwarded' || name === 'via' || name.startsWith('x-forwarded-'))
  return !relayed && LOOPBACK_ADDRESS.test(socket.remoteAddress ?? '') && LOOPBACK_HOST.test(host ?? '')
}
