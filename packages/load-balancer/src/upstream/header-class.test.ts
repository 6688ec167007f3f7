import { expect, test } from 'vitest'
import { headerClass } from './header-class.ts'

test.each([
  'Transfer_Encoding',
  'Content_Length',
  'Transfer---Encoding',
  'Transfer___Encoding',
  'Transfer-Encod1ng',
  'TransferEncoding',
  'C0ntent-Length',
  'Content-Len.gth',
  'X_Anything',
  'Ho.st',
])('%s, which some reader takes for another name, goes no further', (name) => expect(headerClass(name)).toBe('drop'))

test.each([
  'X-Anything',
  'Content-Type',
  'Content-Encoding',
  'Content-Language',
  'Accept-Encoding',
  'X-Host',
  'Idempotency-Key',
  'Cookie',
  'constructor',
])('%s goes on', (name) => expect(headerClass(name)).toBe('keep'))

test.each([
  ['content-length', 'content-length'],
  ['TRANSFER-ENCODING', 'transfer-encoding'],
  ['Host', 'host'],
  ['X-Forwarded-For', 'origin'],
])('%s is the field %s in any case', (name, kind) => expect(headerClass(name)).toBe(kind))
