import { expect, it } from 'vitest'
import { checkDatabaseUrl } from './database-url.ts'

it.each(['postgres://shop@127.0.0.1:15432/shop', 'postgresql://u:p%40ss@db.example/shop?sslmode=require'])('takes %s', (url) => {
  expect(checkDatabaseUrl(url)).toBe(url)
})

it.each([
  ['file:./items.db', 'file: is not supported'],
  ['https://u:secret@db.example/shop', 'https: is not supported'],
  ['items.db', 'it is no address'],
  ['postgres://u:se%ret@db.example/shop', 'it is no address'],
  ['postgres:///shop', 'it names no host'],
  ['postgres://u:secret@db.example', 'it names no database'],
  ['postgres://u:secret@db.example/a/b', 'it names no database'],
])('refuses %s, says why and shows no password', (url, reason) => {
  expect(() => checkDatabaseUrl(url)).toThrow(new RegExp(`DATABASE_URL must be like postgres://.*${reason}`))
  expect(() => checkDatabaseUrl(url)).not.toThrow(/se(c|%)ret/)
})
