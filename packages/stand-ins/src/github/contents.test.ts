import { expect, test } from 'vitest'
import { readContents } from './contents.ts'
import type { Commit, SourceTree } from './source-tree.ts'

const MEBIBYTE = 1_048_576
const person = { name: '', email: '', date: '' }
const commit: Commit = { sha: 'c', treeSha: 't', parents: [], message: '', author: person, committer: person }

function treeWith(size: number): SourceTree {
  return {
    origin: 'disk',
    defaultBranch: 'main',
    commit: async () => commit,
    entry: async (_commit, path) => ({ type: 'file', path, sha: 's', size }),
    list: async () => [],
    read: async () => Buffer.from('content'),
    log: async () => [],
    changes: async () => [],
    refs: async () => [],
    blob: async () => undefined,
  }
}

const read = (size: number, raw: boolean) =>
  readContents(treeWith(size), { path: 'big.bin', ref: undefined, raw, address: { api: '', html: '' } })

test('a file of 1 MB comes with its content, a larger one without, and raw with it', async () => {
  expect(await read(MEBIBYTE, false)).toMatchObject({ body: { encoding: 'base64', content: 'Y29udGVudA==\n' } })
  expect(await read(MEBIBYTE + 1, false)).toMatchObject({ body: { encoding: 'none', content: '', size: MEBIBYTE + 1 } })
  expect(await read(100 * MEBIBYTE, true)).toEqual({ kind: 'raw', bytes: Buffer.from('content') })
})

test('a file over 100 MB is refused with 403', async () => {
  await expect(read(100 * MEBIBYTE + 1, true)).rejects.toMatchObject({ status: 403, errors: [{ code: 'too_large' }] })
})
