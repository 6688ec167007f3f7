import { expect, it } from 'vitest'
import { suggest } from './suggestion.ts'

it.each([
  ['eror', ' (Did you mean errors?)'],
  ['lok', ' (Did you mean lock?)'],
  ['--ttl', ' (Did you mean --ttl-seconds?)'],
  ['memory', ' (Did you mean memory_leak?)'],
  ['query', ' (Did you mean slow_query?)'],
  ['explode', ''],
  ['', ''],
])('suggests for %j: %j', (word, suggestion) => {
  expect(suggest(word, ['errors', 'lock', 'memory_leak', '--ttl-seconds', 'slow_query'])).toBe(suggestion)
})
