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
