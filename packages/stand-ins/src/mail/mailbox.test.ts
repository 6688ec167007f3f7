import { createConnection } from 'node:net'
import { expect, test } from 'vitest'
import { startStandIns } from '../test-stand-ins.ts'

/** Speaks SMTP line by line; returns the last line of each answer. */
async function converse(url: string, ...lines: string[]): Promise<string[]> {
  const { port, hostname } = new URL(url)
  const socket = createConnection(Number(port), hostname)
  const answers: string[] = []
  let waiting = [...lines]
  let buffered = ''
  for await (const chunk of socket) {
    buffered += String(chunk)
    const last = /(?:^|\r\n)(\d{3} [^\r\n]*)\r\n$/.exec(buffered)?.[1]
    if (last === undefined) continue
    answers.push(last)
    buffered = ''
    const [next, ...rest] = waiting
    waiting = rest
    if (next === undefined) socket.end()
    else socket.write(`${next}\r\n`)
  }
  return answers.slice(1)
}

const codes = (answers: string[]) => answers.map((answer) => answer.slice(0, 3))

test('a mail for anybody is taken and can be read', async () => {
  await using standIns = await startStandIns({ mail: true })
  const mail = 'From: a@example.com\r\nSubject: =?utf-8?q?s=C3=BC=C3=9F?=\r\nMessage-ID: <1@example.com>\r\n\r\nHello\r\n.'
  const answers = await converse(standIns.smtpUrl, 'EHLO me', 'MAIL FROM:<a@example.com>', 'RCPT TO:<b@example.com>', 'DATA', mail)
  expect(codes(answers)).toEqual(['250', '250', '250', '354', '250'])
  const { messages } = (await (await fetch(`${standIns.url}/mail/messages`)).json()) as { messages: object[] }
  expect(messages).toMatchObject([
    { from: 'a@example.com', to: ['b@example.com'], subject: 'süß', text: 'Hello\n', message_id: '<1@example.com>' },
  ])
})

test('nobody@ is refused for good and full@ for now; nothing is kept', async () => {
  await using standIns = await startStandIns({ mail: true })
  const answers = await converse(
    standIns.smtpUrl,
    'EHLO me',
    'MAIL FROM:<a@example.com>',
    'RCPT TO:<nobody@example.com>',
    'RCPT TO:<full@x.io>',
  )
  expect(codes(answers)).toEqual(['250', '250', '550', '452'])
  expect(standIns.mails()).toEqual([])
})

test('the page is served with its own files, under a policy that allows nothing else', async () => {
  await using standIns = await startStandIns({ mail: true })
  for (const path of ['/mail', '/mail/page.css', '/mail/page.js']) {
    const response = await fetch(`${standIns.url}${path}`)
    expect([path, response.status]).toEqual([path, 200])
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'")
  }
})

test.each(['constructor', '__proto__', 'toString', 'hasOwnProperty'])('mail to %s@ is taken like any other', async (name) => {
  await using standIns = await startStandIns({ mail: true })
  const to = `RCPT TO:<${name}@example.com>`
  const answers = await converse(standIns.smtpUrl, 'EHLO me', 'MAIL FROM:<a@example.com>', to, 'DATA', 'Subject: x\r\n\r\nHello\r\n.')
  expect(codes(answers)).toEqual(['250', '250', '250', '354', '250'])
  expect(standIns.mails()).toHaveLength(1)
})

const NASTY_MAIL: [string, string | Buffer][] = [
  ['zeros', Buffer.alloc(10_000)],
  ['a line of 1 MB', Buffer.alloc(1_000_000, 'x')],
  ['a request of HTTP', 'GET / HTTP/1.1\r\nHost: x\r\n\r\n'],
  ['an address of 100 kB', `EHLO a\r\nMAIL FROM:<${'a'.repeat(100_000)}@x.io>\r\n`],
  ['addresses that are none', 'EHLO a\r\nMAIL FROM:<<>>\r\nRCPT TO:<\r\nRCPT TO:@\r\nRCPT TO:<a@\0>\r\n'],
  ['a login with bytes that are no base64', 'EHLO a\r\nAUTH PLAIN %%%\r\nAUTH LOGIN ====\r\n\xff\r\n'],
  ['a mail without a head', 'EHLO a\r\nMAIL FROM:<a@x.io>\r\nRCPT TO:<b@x.io>\r\nDATA\r\n\0\xff\xfe\r\n.\r\n'],
  [
    'a mail of a thousand parts within each other',
    `EHLO a\r\nMAIL FROM:<a@x.io>\r\nRCPT TO:<b@x.io>\r\nDATA\r\n${Array.from({ length: 1_000 }, (_, i) => `Content-Type: multipart/mixed; boundary=b${i}\r\n\r\n--b${i}`).join('\r\n')}\r\n.\r\n`,
  ],
  ['a mail of 3 MB', `EHLO a\r\nMAIL FROM:<a@x.io>\r\nRCPT TO:<b@x.io>\r\nDATA\r\n${'x'.repeat(70)}\r\n`.padEnd(3_000_000, 'x\r\n')],
]

test('whatever comes in over SMTP, the mailbox takes mail afterwards', async () => {
  await using standIns = await startStandIns({ mail: true })
  const { port, hostname } = new URL(standIns.smtpUrl)
  for (const [, bytes] of NASTY_MAIL) {
    const socket = createConnection(Number(port), hostname)
    socket.on('error', () => undefined).resume()
    socket.write(bytes)
    await new Promise((resolve) => setTimeout(resolve, 60))
    socket.destroy()
  }
  const to = 'RCPT TO:<b@example.com>'
  const answers = await converse(standIns.smtpUrl, 'EHLO me', 'MAIL FROM:<a@example.com>', to, 'DATA', 'Subject: at last\r\n\r\nHello\r\n.')
  expect(answers.at(-1)).toMatch(/^250 /)
  expect(standIns.mails()[0]?.subject).toBe('at last')
})
