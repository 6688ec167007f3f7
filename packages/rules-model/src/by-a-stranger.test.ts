import { expect, test } from 'vitest'
import { settingOf } from '../examination/setting.ts'
import { STRANGE_UNLISTED } from '../examination/unlisted/strange-scenes.ts'
import { investigate } from '../test-parts/investigate.ts'

const told = (id: string) => {
  const scene = STRANGE_UNLISTED.find((one) => one.id === id)
  if (!scene) throw new Error(id)
  return investigate(scene.play(settingOf(23)).world).diagnosis
}

test.each<[string, { cause: string; says: RegExp; never?: RegExp }]>([
  // What is measured and is not where the time goes is no dependency.
  ['slow, and nothing shows where', { cause: 'unknown', says: /I cannot tell/ }],
  // A rule that gives a number has divided by something, whatever a look at its divisor shows.
  ['the quota of the namespace is used up', { cause: 'resource_exhausted', says: /quota/, never: /divides by/ }],
  ['a node of the cluster without disk puts the shop out', { cause: 'disk_full', says: /disk of node node-2/ }],
  // All that is well beside it does not make an alert wrong.
  ['slow clients hold their sockets', { cause: 'resource_exhausted', says: /98 % of its file descriptors|98 % of their/ }],
  ['a replication slot that nobody reads', { cause: 'disk_full', says: /debezium_orders/ }],
  // One end each, at the same moment, is no loop, and the rest are busy since.
  ['half of the machines were lost with their zone', { cause: 'instance_down', says: /not run/, never: /too many exits/ }],
  // An error that came as often before, or with a good answer, is not what requests fail on.
  ['four times the customers, and an old error that was always there', { cause: 'traffic_surge', says: /more traffic/, never: /8125/ }],
  // The words of a client's library are not the service's own code.
  ['a partner closes connections that we still use', { cause: 'network_partial', says: /other side closed/ }],
  ['a handler keeps its transaction open while it waits for a partner', { cause: 'pool_leak', says: /not given back/ }],
  ['the name of the price service is gone, logged by a Go service', { cause: 'dependency_down', says: /no such host/ }],
])('%s', (id, { cause, says, never = /(?!)/ }) => {
  const { root_cause, ...diagnosis } = told(id)
  expect(diagnosis.cause, root_cause).toBe(cause)
  expect(root_cause).toMatch(says)
  expect(root_cause).not.toMatch(never)
})
