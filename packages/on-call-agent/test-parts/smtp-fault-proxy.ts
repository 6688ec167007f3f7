import { connect, createServer, type Socket } from 'node:net'

/** What befalls one mail on its way to a mail server, or its answer on the way back. */
export type SmtpFault =
  /** The server answers so at that step, and does nothing. */
  | { kind: 'answers'; at: 'greeting' | 'MAIL' | 'RCPT' | 'DATA' | 'end'; reply: string }
  /** The connection breaks before the mail was taken. */
  | { kind: 'lost_request' }
  /** The mail was taken, and the connection breaks instead of the answer. */
  | { kind: 'lost_answer' }
  /** The mail is taken at once, and the answer comes so late. */
  | { kind: 'answer_late'; ms: number }
  /** The mail is handed on so late. */
  | { kind: 'done_late'; ms: number }
  /** Nothing is said. */
  | { kind: 'silent' }

/**
 * Between a client and a mail server, whose answers to one client come line by line; `fault` decides for each connection. `struck` says on how many
 * connections the fault was felt: a client may leave before it comes to that.
 */
export async function startSmtpFaultProxy(target: string) {
  const { hostname, port } = new URL(target)
  const sockets = new Set<Socket>()
  const behaviour: { fault: () => SmtpFault | undefined } = { fault: () => undefined }
  let struck = 0
  const server = createServer((client) => {
    const fault = behaviour.fault()
    const upstream = connect(Number(port), hostname)
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      // What one side does to its end is the fault that is tried, or the end of the mail.
      socket.on('error', () => {})
      socket.on('close', () => sockets.delete(socket))
    }
    upstream.on('close', () => client.destroy())
    // Whom the client leaves does what it was told before.
    client.on('close', () => setTimeout(() => upstream.destroy(), 2_000).unref())
    let isStruck = false
    carry(client, upstream, fault, () => {
      if (!isStruck) struck += 1
      isStruck = true
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return {
    url: `smtp://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
    behaviour,
    struck: () => struck,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** A client that may would send its commands at once, and it would not be seen which of them it is. */
const PIPELINING = /^250([- ])PIPELINING\r\n/m
const END_OF_MAIL = '\r\n.\r\n'

/** Knows where a connection is by the client's commands. */
function carry(client: Socket, upstream: Socket, fault: SmtpFault | undefined, onStruck: () => void): void {
  let isMail = false
  let isSent = false
  let tail = ''
  const answersAt = (step: string) => {
    if (fault?.kind !== 'answers' || fault.at !== step) return false
    onStruck()
    client.write(`${fault.reply}\r\n`)
    return true
  }
  client.on('data', (chunk) => {
    const text = chunk.toString()
    if (isMail) {
      tail = `${tail}${text}`.slice(-END_OF_MAIL.length)
      isSent ||= tail === END_OF_MAIL
      if (isSent && (fault?.kind === 'lost_request' || fault?.kind === 'done_late')) onStruck()
      if (isSent && (fault?.kind === 'lost_request' || answersAt('end')))
        return fault?.kind === 'lost_request' ? void client.destroy() : undefined
      if (isSent && fault?.kind === 'done_late') return void setTimeout(() => upstream.write(chunk), fault.ms)
      isMail = !isSent
    } else {
      if (answersAt(text.slice(0, 4).trim())) return
      isMail = /^DATA\r\n/i.test(text)
    }
    upstream.write(chunk)
  })
  let isGreeted = false
  upstream.on('data', (chunk) => {
    if (fault?.kind === 'silent') return onStruck()
    if (!isGreeted) {
      isGreeted = true
      if (answersAt('greeting')) return void client.end()
    }
    if (isSent && (fault?.kind === 'lost_answer' || fault?.kind === 'answer_late')) onStruck()
    if (isSent && fault?.kind === 'lost_answer') return void client.destroy()
    if (isSent && fault?.kind === 'answer_late') return void setTimeout(() => client.write(chunk), fault.ms)
    client.write(isSent ? chunk : chunk.toString().replace(PIPELINING, '250$1X-ONE-BY-ONE\r\n'))
  })
}
