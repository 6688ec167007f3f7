// Writes one bundle after the other until it is killed: its directory is the first argument.
import { randomBytes } from 'node:crypto'
import { createBundles } from '../src/bundles/bundles.ts'
import { LIMITS } from '../src/functions/limits.ts'
import { lookTarget } from './look-tools.ts'

const noise = () =>
  randomBytes(150_000)
    .toString('base64url')
    .match(/.{1,80}/g) ?? []
const target = {
  ...lookTarget([]),
  bundled: () => [{ layer: 'logs' as const, name: 'noise', source: 'noise', read: async () => ({ lines: noise() }) }],
}
const bundles = await createBundles({
  directory: process.argv[2] ?? '',
  targets: [target],
  limits: LIMITS,
  redact: (text) => text,
  read: async () => undefined,
  versions: {},
  onError: (what, error) => process.stderr.write(`${what}: ${error}\n`),
  kept: 1_000,
  maxBytes: 8 * 1_048_576,
})
for (;;) {
  const { id } = await bundles.order({ service: 'shop', requestedBy: 'test' })
  await bundles.made(id, AbortSignal.timeout(20_000))
  process.stdout.write(`${id}\n`)
}
