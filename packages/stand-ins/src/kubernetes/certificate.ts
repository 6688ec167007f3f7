import { X509Certificate } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** A server's certificate, which is its own authority, and its key; both PEM. */
export interface Certificate {
  cert: string
  key: string
}

const DAY_MS = 86_400_000
const VALID_DAYS = 365

/** The certificate kept in a directory, or a new one for 127.0.0.1 and localhost: clients send a token over TLS alone, and check who they talk to. */
export async function loadCertificate(directory: string, now: number): Promise<Certificate> {
  const paths = { cert: join(directory, 'kubernetes.crt'), key: join(directory, 'kubernetes.key') }
  const kept = readKept(paths)
  if (kept && Date.parse(new X509Certificate(kept.cert).validTo) > now + DAY_MS) return kept
  // Loaded only when one has to be made: it is large.
  const { generate } = (await import('selfsigned')).default
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'oncall-lab' }], {
    keyType: 'ec',
    curve: 'P-256',
    notBeforeDate: new Date(now - DAY_MS),
    notAfterDate: new Date(now + VALID_DAYS * DAY_MS),
    extensions: [
      { name: 'basicConstraints', cA: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 7, ip: '127.0.0.1' },
          { type: 2, value: 'localhost' },
        ],
      },
    ],
  })
  mkdirSync(directory, { recursive: true })
  writeFileSync(paths.key, key, { mode: 0o600 })
  writeFileSync(paths.cert, cert)
  return { cert, key }
}

function readKept({ cert, key }: { cert: string; key: string }): Certificate | undefined {
  try {
    return { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') }
  } catch {
    return undefined
  }
}
