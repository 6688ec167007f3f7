import { expect, test } from 'vitest'
import { createAddressBook } from './address-book.ts'
import { locateLabDirectory } from './lab-directory.ts'
import { composeParts } from './parts.ts'

const lab = {
  book: createAddressBook(0),
  directory: locateLabDirectory('/lab', 0),
  env: {},
  programs: { searchPath: [], cache: '/cache', isRoot: false },
  replicas: 2,
  traffic: 0,
  prometheus: 'p',
  alertmanager: 'a',
}
const agentOf = (more: object) => composeParts({ ...lab, ...more }).find(({ name }) => name === 'on-call-agent')

test.each([{ kubernetes: true }, { hosts: true }])('with %o the agent starts once the stand-ins have written what it reads', (more) => {
  expect(agentOf(more)?.after).toContain('stand-ins')
})

test('an agent that names neither cluster nor machine waits for nobody', () => {
  expect(agentOf({})?.after ?? []).toEqual([])
})
