import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { createAddressBook } from './address-book.ts'
import { askOnce } from './ask.ts'

test.each(['answered', 'failed'] as const)('asking says each look once, then the answer, and whether it was %s', async (status) => {
  const step = { name: 'list_instances', ok: true, summary: '2 instances run.' }
  const answers = [
    { status: 'running', steps: [], answer: null },
    { status: 'running', steps: [step], answer: null },
    { status, steps: [step], answer: 'Two.' },
  ]
  const asked: string[] = []
  const server = createServer((request, response) => {
    request.on('data', (chunk) => asked.push(String(chunk)))
    request.on('end', () => response.end(JSON.stringify(request.method === 'POST' ? { id: 'q1' } : answers.shift())))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo // It listens on TCP.
  const said: string[] = []
  const book = { ...createAddressBook(0), url: () => `http://127.0.0.1:${port}` }
  expect(await askOnce({ book, env: {} }, 'how many instances?', (line) => said.push(line))).toBe(status === 'answered')
  expect(asked).toEqual(['{"question":"how many instances?"}'])
  expect(said).toEqual(['  list_instances: 2 instances run.', 'Two.'])
  server.close()
})
