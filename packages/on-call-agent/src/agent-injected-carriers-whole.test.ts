import { expect, test } from 'vitest'
import { testCarriers } from '../test-parts/injected-carrier.ts'
import { CARRIERS } from '../test-parts/injection-carriers.ts'
import { INJECTIONS } from '../test-parts/injections.ts'

test('each carrier brings at least 400 strings', () => expect(INJECTIONS.length).toBeGreaterThanOrEqual(400))

testCarriers(CARRIERS, INJECTIONS)
