import { ConfigError } from '@oncall-lab/service-kit/config'

const SCHEMES = ['postgres:', 'postgresql:']

/** Checks `DATABASE_URL`: `postgres://user@host:port/database`. @throws ConfigError that says what is wrong and never shows the value, which may hold a password. */
export function checkDatabaseUrl(text: string): string {
  const url = parse(text)
  if (!url) throw refuse('it is no address')
  if (!SCHEMES.includes(url.protocol)) throw refuse(`${url.protocol} is not supported`)
  if (!url.hostname) throw refuse('it names no host')
  if (!/^\/[^/]+$/.test(url.pathname)) throw refuse('it names no database')
  return text
}

function parse(text: string): URL | undefined {
  try {
    const url = new URL(text)
    // The driver decodes these parts and would fail later and less clearly.
    for (const part of [url.username, url.password, url.pathname]) decodeURIComponent(part)
    return url
  } catch {
    return undefined
  }
}

function refuse(reason: string): ConfigError {
  return new ConfigError(`DATABASE_URL must be like postgres://shop@127.0.0.1:15432/shop; ${reason}`)
}
