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

  it('names every problem in one message', () => {
    const load = () => loadConfig(Config, { LB_PORT: '99999', PM_URL: 'localhost:7070/', LOG_LEVEL: 'loud' })
    expect(load).toThrow('LB_PORT must be a port, 0 to 65535, got "99999"')
    expect(load).toThrow(/PM_URL must be an address that begins with http:\/\/ or https:\/\/.*, got "localhost:7070\/"/)
    expect(load).toThrow(/AGENT_DB is not set/)
    expect(load).toThrow('LOG_LEVEL must be one of silent, debug, info, warn, error, got "loud"')
  })
})
