import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { createAddressBook } from './address-book.ts'
import { askFleet } from './ask-fleet.ts'
import type { Lab } from './lab.ts'

/** A lab whose process manager listens there. */
function labAt(processManager: string): Lab {
  const book = createAddressBook(12_345)
  return { book: { ...book, url: () => processManager }, env: {} } as unknown as Lab // All that is read of it.
}

it('a refusal of the process manager is told in the words of a command', async () => {
  const detail = 'body.release must be one of r1, r2, got "R4"'
  const server = createServer((_request, answer) => answer.writeHead(400).end(JSON.stringify({ detail }))).listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  const lab = labAt(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  await expect(askFleet(lab, '/deploy', { body: { release: 'R4' } })).rejects.toThrow(/^release must be one of r1, r2, got "R4"$/)
})

it('a lab that does not run is told with its address and the command that starts it', async () => {
  const message =
    'No process manager answers at http://127.0.0.1:9/deploy: no lab runs there. Start one:  ./lab up --detach --port-offset 12345'
  await expect(askFleet(labAt('http://127.0.0.1:9'), '/deploy', { body: {} })).rejects.toThrow(message)
})
