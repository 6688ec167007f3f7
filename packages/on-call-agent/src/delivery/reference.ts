import { createHash } from 'node:crypto'
import type { OutboundMessage } from '../store/ports.ts'

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'
const CHARS = 5

/** Five characters that stand in a message's text (or its headers), so that the vendor's own list tells whether it went out. The same after a restart. */
export function referenceOf({ id, createdAt, recipient }: Pick<OutboundMessage, 'id' | 'createdAt' | 'recipient'>): string {
  const hash = createHash('sha256').update(`${id} ${createdAt} ${recipient}`).digest()
  return Array.from(hash.subarray(0, CHARS), (byte) => ALPHABET[byte % ALPHABET.length]).join('')
}
