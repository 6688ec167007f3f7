import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url))

function start(...args: string[]) {
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  return { child, result: Promise.all([text(child.stdout), text(child.stderr), exitOf(child)]) }
}

async function exitOf(child: ChildProcess): Promise<number | null> {
  const [code] = (await once(child, 'exit')) as [number | null]
  return code
}

async function startShop(answer: RequestListener) {
  const server = createServer(answer).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, // A TCP server's address is no string.
    async [Symbol.asyncDispose]() {
      server.close().closeAllConnections()
      await once(server, 'close')
    },
  }
}

test('--json leaves stdout to one JSON object; a complete run exits 0 even with errors', async () => {
  await using shop = await startShop((_, response) => response.writeHead(500).end())
  const [stdout, stderr, status] = await start('--url', shop.url, '--duration', '1', '--rps', '20', '--json').result
  expect(JSON.parse(stdout)).toMatchObject({ profile: 'constant', error_percent: 100, interrupted: false })
  expect(stderr).toMatch(/^phase steady at \d{4}-\d\d-\d\dT[\d:.]+Z\n/)
  expect(stderr).toContain('total ')
  expect(status).toBe(0)
})

test('a wrong flag exits 2, a target where nobody listens exits 1 and says what to do', async () => {
  await using shop = await startShop((_, response) => response.end())
  const wrong = await start('--url', shop.url, '--put-frac', '2').result
  expect(wrong).toEqual(['', "error: option '--put-frac <n>' argument '2' is invalid. Expected a number from 0 to 1.\n", 2])
  const [, stderr, status] = await start('--url', 'http://127.0.0.1:1').result
  expect(stderr).toContain('Nothing answers at http://127.0.0.1:1')
  expect(stderr).toContain('lab up')
  expect(status).toBe(1)
})

test('Ctrl-C gives the final report and exits 130; a second one does not wait for what is in flight', async () => {
  await using quick = await startShop((_, response) => response.end())
  const polite = start('--url', quick.url, '--rps', '50')
  await once(polite.child.stdout, 'data')
  polite.child.kill('SIGINT')
  const [stdout, , status] = await polite.result
  expect(stdout).toContain('total ')
  expect(status).toBe(130)

  const { promise: stuck, resolve: getStuck } = Promise.withResolvers<void>()
  await using slow = await startShop(() => getStuck())
  const urgent = start('--url', slow.url, '--rps', '50', '--timeout', '60')
  await stuck
  urgent.child.kill('SIGINT')
  // Two signals that are pending at once are one: the second is sent until it is seen.
  const again = setInterval(() => urgent.child.kill('SIGINT'), 50)
  expect((await urgent.result)[2]).toBe(130)
  clearInterval(again)
})
