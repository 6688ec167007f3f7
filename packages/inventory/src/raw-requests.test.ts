import { connect } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { buildShop } from '../test-parts/built-shop.ts'
import { useDatabase } from '../test-parts/shop-database.ts'

const database = useDatabase()

describe('over a real connection', () => {
  let address: { port: number }
  const open = async () => {
    const shop = await buildShop(database.url)
    await shop.app.listen({ port: 0, host: '127.0.0.1' })
    address = shop.app.server.address() as { port: number }
  }
  const head = (method: string, url: string, ...headers: string[]) =>
    `${[`${method} ${url} HTTP/1.1`, 'host: 127.0.0.1', 'content-type: application/json', 'connection: close', ...headers].join('\r\n')}\r\n\r\n`
  const put = '/items/raw-1'

  /** Sends bytes as they are; resolves with the status, 0 for none. */
  function send(bytes: string | Buffer): Promise<number> {
    return new Promise((resolve) => {
      let answer = ''
      const socket = connect(address.port, '127.0.0.1', () => socket.write(bytes))
      onTestFinished(() => void socket.destroy())
      socket.setTimeout(15_000, () => socket.destroy())
      socket.on('data', (chunk) => {
        answer += chunk.toString('latin1')
      })
      socket.on('error', () => undefined).on('close', () => resolve(Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1] ?? 0)))
    })
  }

  const body = JSON.stringify({ name: 'lamp', price: 12.5, manufacturer: 'Granby', quantity: 5 })
  it.each([
    ['a body in chunks', `${head('PUT', put, 'transfer-encoding: chunked')}${chunks(body)}`, 201],
    ['a body in chunks that is no JSON', `${head('PUT', put, 'transfer-encoding: chunked')}${chunks('{"a"')}`, 400],
    ['a chunk of a wrong size', `${head('PUT', put, 'transfer-encoding: chunked')}zz\r\n{}\r\n0\r\n\r\n`, 400],
    ['too many chunks', `${head('PUT', put, 'transfer-encoding: chunked')}${chunks('x'.repeat(1_100_000))}`, 413],
    ['two lengths', `${head('PUT', put, 'content-length: 5', 'content-length: 6')}${body}`, 400],
    ['a length and chunks', `${head('PUT', put, 'content-length: 5', 'transfer-encoding: chunked')}${chunks(body)}`, 400],
    ['a negative length', head('PUT', put, 'content-length: -1'), 400],
    ['too many headers', head('GET', put, ...Array.from({ length: 3_000 }, (_, i) => `x-${i}: ${i}`)), 431],
    ['an address that is too long', head('GET', `/items/${'x'.repeat(40_000)}`), 431],
    ['a NUL in the address', head('GET', '/items/\0'), 400],
    ['no HTTP', 'hello\r\n\r\n', 400],
  ])('%s is answered properly', async (_name, bytes, status) => {
    await open()
    expect(await send(bytes)).toBe(status)
  })

  function chunks(text: string): string {
    const parts = text.match(/[\s\S]{1,50000}/g) ?? []
    return `${parts.map((part) => `${part.length.toString(16)}\r\n${part}\r\n`).join('')}0\r\n\r\n`
  }
})
