import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { OF_GITHUB } from '../../../test-parts/client-cases.ts'
import { startFaultProxy } from '../../../test-parts/fault-proxy.ts'
import { describeLookFaults, LOOK_TIMEOUT_MS } from '../../../test-parts/look-faults.ts'
import { createGitHubClient } from './client.ts'

/** A repository with one file and one folder, in GitHub's form: a file's raw text, a folder as a list. */
async function startRepository() {
  const server = createServer(({ url = '' }, reply) => {
    if (url.includes('/commits/'))
      return reply.writeHead(200, { 'content-type': 'application/json; charset=utf-8' }).end('{"sha":"c0ffee"}')
    if (url.includes('/contents/src?')) return reply.writeHead(200, { 'content-type': 'application/json; charset=utf-8' }).end('[]')
    if (!url.includes('/contents/a.ts?')) return reply.writeHead(404, { 'content-type': 'application/json' }).end('{"message":"Not Found"}')
    return reply.writeHead(200, { 'content-type': 'application/vnd.github.raw+json; charset=utf-8' }).end('export const a = 1\n')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo // Bound to TCP above.
  return {
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

const connect = (baseUrl: string) =>
  createGitHubClient({ baseUrl, token: undefined, owner: 'o', repo: 'r', ref: 'main', timeoutMs: LOOK_TIMEOUT_MS })
const { signal } = new AbortController()

describeLookFaults('GitHub', {
  system: 'GitHub',
  start: startRepository,
  look: (url, given) => connect(url).readFile('a.ts', given),
  except: OF_GITHUB,
})

test('a file comes with the commit that it was read at; a folder and a missing file are told apart', async () => {
  await using repository = await startRepository()
  const github = connect(repository.url)
  expect(await github.readFile('a.ts', signal)).toEqual({ text: 'export const a = 1\n', commit: 'c0ffee' })
  await expect(github.readFile('src', signal)).rejects.toMatchObject({ code: 'not_a_file', status: 404 })
  await expect(github.readFile('b.ts', signal)).rejects.toMatchObject({ code: 'no_such_file', status: 404 })
})

test.each([{ kind: 'cut' }, { kind: 'lost' }] as const)('a file whose answer is $kind is an error, never an empty file', async (fault) => {
  await using repository = await startRepository()
  await using proxy = await startFaultProxy(repository.url)
  proxy.behaviour.fault = ({ url }) => (url?.includes('/contents/') ? fault : { kind: 'passes' })
  await expect(connect(proxy.url).readFile('a.ts', signal)).rejects.toMatchObject({ code: 'upstream_unreachable', retryable: true })
})
