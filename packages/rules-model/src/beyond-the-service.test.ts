import { expect, test } from 'vitest'
import { settingOf } from '../examination/setting.ts'
import { LATER_UNLISTED } from '../examination/unlisted/later-scenes.ts'
import { MORE_UNLISTED } from '../examination/unlisted/more-scenes.ts'
import { WHOLE_UNLISTED } from '../examination/unlisted/whole-scenes.ts'
import { investigate } from '../test-parts/investigate.ts'

const told = (id: string) => {
  const scene = [...WHOLE_UNLISTED, ...LATER_UNLISTED, ...MORE_UNLISTED].find((one) => one.id === id)
  if (!scene) throw new Error(id)
  return investigate(scene.play(settingOf(23)).world).diagnosis
}

// What stands between the customers and a service, or beside it, was once told as the service's own trouble or as an alert's.
test.each<[string, { cause: string; says: RegExp; never?: RegExp }]>([
  ['the balancer and the instances close idle connections at the same time', { cause: 'unknown', says: /the load balancer answers 502/ }],
  ['a partner sends what nobody can read', { cause: 'unknown', says: /refused with 400/ }],
  ['nginx in front has a small buffer', { cause: 'unknown', says: /too big header/ }],
  ['the pooler takes no more clients', { cause: 'connections_exhausted', says: /a pooler in front of it, the role or the database/ }],
  [
    'a pool that is too small for two and a half times the customers',
    { cause: 'traffic_surge', says: /the database itself answers at once/ },
  ],
  ['the balancer asks a path for health that is no more', { cause: 'bad_configuration', says: /health_path/ }],
  ['the file system of one instance is read-only', { cause: 'bad_instance', says: /EROFS/, never: /item store|no space/ }],
  ['the host of one instance is shared badly', { cause: 'unknown', says: /its host gives it no time/, never: /database is slow/ }],
  ['a time-out in the wrong unit', { cause: 'bad_configuration', says: /PAYMENT_TIMEOUT/, never: /item store/ }],
  ['an instance that is there and not there', { cause: 'bad_instance', says: /over and over/ }],
])('%s', (id, { cause, says, never = /(?!)/ }) => {
  const { root_cause, ...diagnosis } = told(id)
  expect(diagnosis.cause, root_cause).toBe(cause)
  expect(root_cause).toMatch(says)
  expect(root_cause).not.toMatch(never)
})
