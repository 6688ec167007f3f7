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
      LOG_LEVEL: 'info',
    })
  })

  it('names every problem in one message', () => {
    const load = () => loadConfig(Config, { LB_PORT: '99999', PM_URL: 'localhost:7070/' })
    expect(load).toThrow(/LB_PORT .*"99999"/)
    expect(load).toThrow(/PM_URL .*"localhost:7070\/"/)
    expect(load).toThrow(/AGENT_DB is not set/)
  })
})
