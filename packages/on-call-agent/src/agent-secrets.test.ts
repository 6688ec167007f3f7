import { expect, test } from 'vitest'
import { plantSecrets } from '../../service-kit/test-parts/planted-secrets.ts'
import { plantedRun } from '../test-parts/planted-run.ts'

// The same with 1,078 secrets: `pnpm --filter @oncall-lab/on-call-agent run secrets-trial`.
test('98 secrets in six places and four forms each: none leaves for the model, the phone, the ticket, the tape, the export or the disk', {
  timeout: 120_000,
}, async () => {
  const { found, reported, requests, unchanged } = await plantedRun(plantSecrets(7))
  expect(requests).toBeGreaterThan(2 * 98)
  expect(found).toEqual([])
  expect(reported).toEqual([])
  expect(unchanged).toBeGreaterThanOrEqual(0.98)
})
