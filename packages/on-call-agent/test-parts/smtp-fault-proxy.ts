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

/** Between a client and a mail server, whose answers to one client come line by line; `fault` decides for each connection. */
export async function startSmtpFaultProxy(target: string) {
  const { hostname, port } = new URL(target)
  const sockets = new Set<Socket>()
  const behaviour: { fault: () => SmtpFault | undefined } = { fault: () => undefined }
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
    carry(client, upstream, fault)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return {
    url: `smtp://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
    behaviour,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** Knows where a connection is by the client's commands. */
function carry(client: Socket, upstream: Socket, fault: SmtpFault | undefined): void {
  let isMail = false
  let isSent = false
  const answersAt = (step: string) => {
    if (fault?.kind !== 'answers' || fault.at !== step) return false
    client.write(`${fault.reply}\r\n`)
    return true
  }
  client.on('data', (chunk) => {
    const text = chunk.toString()
    if (isMail) {
      isSent ||= text.endsWith('\r\n.\r\n')
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
    if (fault?.kind === 'silent') return
    if (!isGreeted) {
      isGreeted = true
      if (answersAt('greeting')) return void client.end()
    }
    if (isSent && fault?.kind === 'lost_answer') return void client.destroy()
    if (isSent && fault?.kind === 'answer_late') return void setTimeout(() => client.write(chunk), fault.ms)
    client.write(chunk)
  })
}
