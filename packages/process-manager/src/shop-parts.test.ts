import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { databasePart, loadBalancerPart } from './known-parts.ts'
import { ShopParts } from './shop-parts.ts'

const BY = 'POST /start-part by mei'

/** A load balancer that is kept down by a file, and a database that is somebody else's. */
function open({ comesUp = true } = {}) {
  const directory = mkdtempSync(join(tmpdir(), 'shop-parts-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  const holdFile = join(directory, 'held-load-balancer')
  const events: object[] = []
  const database = { holdFile: undefined, answers: async () => false }
  const balancer = { holdFile, answers: async () => comesUp && !existsSync(holdFile) }
  const parts = new ShopParts({
    parts: { database, 'load-balancer': balancer },
    events: { add: (event) => events.push(event) },
    startsWithinMs: 10,
  })
  return { parts, events, hold: () => writeFileSync(holdFile, '1') }
}

test('a part that is down is started, and the event says by whom', async () => {
  const { parts, events, hold } = open()
  hold()
  expect((await parts.list()).parts[1]).toEqual({ part: 'load-balancer', state: 'down', is_ours: true })
  expect(await parts.start('load-balancer', BY)).toEqual({ ok: true, part: 'load-balancer', state: 'running' })
  expect(events).toEqual([{ type: 'part_started', by: BY, component: 'load-balancer' }])
})

test('a part that does not come up is told as such', async () => {
  const { parts, hold } = open({ comesUp: false })
  hold()
  expect(await parts.start('load-balancer', BY)).toEqual({ ok: false, part: 'load-balancer', state: 'starting' })
})

test('neither what runs, nor what is being started, nor somebody else’s is started', async () => {
  const { parts, events } = open()
  await expect(parts.start('load-balancer', BY)).rejects.toMatchObject({ status: 409, message: expect.stringContaining('running already') })
  await expect(parts.start('database', BY)).rejects.toMatchObject({ status: 409, message: expect.stringContaining("not the lab's own") })
  await expect(open({ comesUp: false }).parts.start('load-balancer', BY)).rejects.toMatchObject({
    message: expect.stringContaining('being started already'),
  })
  expect(events).toEqual([])
})

test('a balancer runs while it answers, whatever it answers; a port on which nobody listens is none', async () => {
  const server = createServer((_, reply) => void reply.writeHead(503).end('{}'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`
  expect(await loadBalancerPart(url, undefined).answers()).toBe(true)
  await new Promise((resolve) => server.close(resolve))
  server.closeAllConnections()
  expect(await loadBalancerPart(url, undefined).answers()).toBe(false)
  expect(await databasePart(url.replace('http', 'postgres'), undefined).answers()).toBe(false)
})
