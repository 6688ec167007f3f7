import { expect, it } from 'vitest'
import { buildCli } from './cli.ts'
import type { Lab } from './lab.ts'

/** Parses a command line whose action fails before it does anything; returns the offset at which a lab was opened, or the complaint. */
async function open(args: string[], defaultOffset?: string): Promise<number | string> {
  let opened: number | undefined
  const complaints: string[] = []
  try {
    const openLab = (offset: number): Lab => {
      opened = offset
      throw new Error('far enough')
    }
    const cli = buildCli({ openLab, defaultOffset })
    for (const command of [cli, ...cli.commands])
      command
        .exitOverride()
        .configureOutput({ ...command.configureOutput(), writeErr: (text) => complaints.push(text), writeOut: () => undefined })
    await cli.parseAsync(args, { from: 'user' })
  } catch (error) {
    if (opened === undefined) return complaints.join('') || String(error)
  }
  return opened ?? 'nothing was opened'
}

it.each([
  ['the default', ['down'], undefined, 0],
  ['LAB_PORT_OFFSET', ['down'], '300', 300],
  ['the flag before LAB_PORT_OFFSET', ['down', '--port-offset', '7'], '300', 7],
  ['the flag of fault', ['fault', 'errors', '--port-offset', '50000'], undefined, 50_000],
  ['the flag of logs', ['logs', 'prometheus', '-n', '5', '--port-offset', '9'], undefined, 9],
])('takes the port offset from %s', async (_, args, given, offset) => {
  expect(await open(args, given)).toBe(offset)
})

it.each([
  [['down', '--port-offset', '50001'], /--port-offset.*from 0 to 50000/],
  [['down', '--port-offset', '-1'], /from 0 to 50000/],
  [['down', '--port-offset', '1.5'], /from 0 to 50000/],
  [['down', '--port-offset', ''], /from 0 to 50000/],
  [['fault', 'explode'], /There is latency, errors, .*slow_query.*, none, status/],
  [['fault', 'eror'], /Did you mean errors\?/],
  [['fault', 'errors', '--ttl', '5'], /unknown option '--ttl' \(Did you mean --ttl-seconds\?\)/],
  [['demo', '--keap'], /Did you mean --keep\?/],
  [['fault', 'errors', '--p-error', 'many'], /--p-error.*must be a number/],
  [['fault', 'errors', '--ports', '8001,,8002'], /--ports.*must be a number/],
  [['fault'], /missing required argument 'mode'/],
  [['logs', '--lines', '-3'], /--lines.*from 0/],
  [['demo', '--quick'], /unknown option '--quick'/],
])('refuses %j and says why', async (args, complaint) => {
  expect(await open(args)).toMatch(complaint)
})

it('answers a wrong option with two lines', async () => {
  expect(
    String(await open(['fault', 'errors', '--p-eror', '1']))
      .trimEnd()
      .split('\n'),
  ).toHaveLength(2)
})

it('refuses a LAB_PORT_OFFSET that is no offset', async () => {
  expect(await open(['down'], 'seven')).toMatch(/LAB_PORT_OFFSET must be an integer/)
})
