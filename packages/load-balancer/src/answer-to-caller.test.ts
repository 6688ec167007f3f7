import { EventEmitter } from 'node:events'
import { expect, test } from 'vitest'
import { AnswerToCaller } from './answer-to-caller.ts'
import type { Admitted, ExchangeContext } from './exchange-context.ts'
import { NO_BACKEND } from './exchange-problems.ts'

/** An answer to a caller that reads nothing. */
function build() {
  const counted: string[] = []
  const response = Object.assign(new EventEmitter(), {
    headersSent: false,
    destroyed: false,
    statusCode: 200,
    writableLength: 0,
    writeHead(status: number) {
      response.statusCode = status
      response.headersSent = true
    },
    end(text: string) {
      response.writableLength = text.length
    },
  })
  const call = { request: { headers: {}, complete: true, socket: { destroy() {} } }, response } as unknown as Admitted // All that an answer looks at.
  const context = { closing: false, limits: { callerTimeoutMs: 1 } } as ExchangeContext // As above.
  const request = { answered() {}, over() {}, count: (status: number, origin: string) => void counted.push(`${status} by the ${origin}`) }
  return { answer: new AnswerToCaller(context, call, request), counted, response }
}

test("a problem whose caller leaves before reading it is counted once, as the balancer's own", () => {
  const { answer, counted, response } = build()
  answer.problem(NO_BACKEND)
  expect(counted).toEqual([])
  answer.callerLeft()
  response.emit('finish')
  expect(counted).toEqual(['503 by the balancer'])
})

test("a backend's answer whose caller leaves before reading it is counted once, as the backend's", () => {
  const { answer, counted, response } = build()
  answer.begin({ status: 207, headers: [], framing: 'none', length: 0, keepAlive: true, idleMs: 0 }, 'http://a')
  answer.callerLeft()
  response.emit('finish')
  expect(counted).toEqual(['207 by the backend'])
})

test('a caller that leaves before any answer is counted as 499', () => {
  const { answer, counted } = build()
  answer.callerLeft()
  expect(counted).toEqual(['499 by the balancer'])
})
