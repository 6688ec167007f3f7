import { Type } from 'typebox'
import { describe, expect, it } from 'vitest'
import { HttpUrl, loadConfig, Port, processSettings } from './config.ts'

const Config = Type.Object({
  ...processSettings,
  LB_PORT: Type.Integer({ ...Port, default: 9000 }),
  PM_URL: Type.String({ ...HttpUrl, default: 'http://127.0.0.1:7070' }),
  AGENT_DB: Type.String(),
})

describe('loadConfig', () => {
  it('applies defaults, converts numbers and takes an empty variable as unset', () => {
    expect(loadConfig(Config, { AGENT_DB: 'a.db', LB_PORT: '9100', PM_URL: '', HOME: '/home/me' })).toEqual({
      AGENT_DB: 'a.db',
      LB_PORT: 9100,
      PM_URL: 'http://127.0.0.1:7070',
      HOST: '127.0.0.1',
      LAB_LEASH: 'none',
      LOG_LEVEL: 'info',
    })
  })

  it('takes trailing slashes and white space off an address', () => {
    expect(loadConfig(Config, { AGENT_DB: 'a.db', PM_URL: ' https://pm.example/api// ' }).PM_URL).toBe('https://pm.example/api')
  })

  it('takes scheme and host of an address, and the words of a list, in any case', () => {
    const read = loadConfig(Config, { AGENT_DB: 'a.db', PM_URL: 'HTTPS://PM.example:8443/Api/', LOG_LEVEL: 'Warn' })
    expect(read).toMatchObject({ PM_URL: 'https://pm.example:8443/Api', LOG_LEVEL: 'warn' })
  })

  it.each([
    'http://me:hunter2@pm.example',
    'http://me@pm.example/x',
    'https://pm.example/?a=hunter2',
    'https://pm.example/x?a=b',
    'https://pm.example#top',
    'https://pm.example:123456',
    'https://',
    'http://a b',
    'ftp://pm.example',
  ])('refuses the address %s, and prints no password', (PM_URL) => {
    const load = () => loadConfig(Config, { AGENT_DB: 'a.db', PM_URL })
    expect(load).toThrow(/PM_URL must be an address/)
    expect(load).not.toThrow(/hunter2@/)
  })

  it.each(['http://[::1]:9000', 'http://127.0.0.1', 'https://a.example/b/c', 'http://a_b:1'])('takes the address %s', (PM_URL) => {
    expect(loadConfig(Config, { AGENT_DB: 'a.db', PM_URL }).PM_URL).toBe(PM_URL)
  })

  it('prints no secret that has a wrong form', () => {
    const schema = Type.Object({ AGENT_TOKEN: Type.String({ minLength: 20 }) })
    expect(() => loadConfig(schema, { AGENT_TOKEN: 'hunter2' })).toThrow(
      /^(?!.*hunter2).*AGENT_TOKEN must NOT have fewer than 20 characters/s,
    )
  })

  it('names every problem in one message', () => {
    const load = () => loadConfig(Config, { LB_PORT: '99999', PM_URL: 'localhost:7070/', LOG_LEVEL: 'loud' })
    expect(load).toThrow('LB_PORT must be a port, 0 to 65535, got "99999"')
    expect(load).toThrow(/PM_URL must be an address that begins with http:\/\/ or https:\/\/.*, got "localhost:7070\/"/)
    expect(load).toThrow(/AGENT_DB is not set/)
    expect(load).toThrow('LOG_LEVEL must be one of silent, debug, info, warn, error, got "loud"')
  })
})
