import { ConfigError, HttpUrl } from '@oncall-lab/service-kit/config'
import { STAND_IN_CREDENTIALS as STAND_IN } from '@oncall-lab/stand-ins/api'
import { type Static, Type } from 'typebox'
import type { ConnectorFacts } from '../api.ts'
import { allOrNone, OptionalText, STAND_INS_URL } from '../connector.ts'

/** Which instance of ServiceNow; without it the stand-in. */
export const serviceNowSettings = {
  SERVICENOW_URL: Type.Optional(Type.String(HttpUrl)),
  SERVICENOW_USER: OptionalText,
  SERVICENOW_PASSWORD: OptionalText,
  /** One of the instance's choices for a resolution code. */
  SERVICENOW_CLOSE_CODE: Type.String({ default: 'Solution provided', minLength: 1, maxLength: 100 }),
  STAND_INS_URL,
}
const Settings = Type.Object(serviceNowSettings)

export interface ServiceNowAccess {
  /** `https://example.service-now.com`. */
  url: string
  user: string
  password: string
  closeCode: string
}

/** The instance where its variables are set, else its stand-in. @throws ConfigError */
export function chooseServiceNow(config: Static<typeof Settings>): { access: ServiceNowAccess; about: ConnectorFacts } {
  const { SERVICENOW_URL, SERVICENOW_USER, SERVICENOW_PASSWORD, STAND_INS_URL: standIns } = config
  const real = allOrNone('ServiceNow', { SERVICENOW_URL, SERVICENOW_USER, SERVICENOW_PASSWORD })
  if (config.SERVICENOW_CLOSE_CODE.includes('^')) throw new ConfigError('SERVICENOW_CLOSE_CODE must not hold ^')
  const access = {
    url: (real?.SERVICENOW_URL ?? `${standIns}/servicenow`).replace(/\/$/, ''),
    user: real?.SERVICENOW_USER ?? STAND_IN.serviceNowUser,
    password: real?.SERVICENOW_PASSWORD ?? STAND_IN.serviceNowPassword,
    closeCode: config.SERVICENOW_CLOSE_CODE,
  }
  const isStandIn = !real || access.url.startsWith(standIns)
  return {
    access,
    about: {
      id: 'servicenow',
      name: 'ServiceNow',
      kind: isStandIn ? 'stand_in' : 'real',
      address: access.url,
      detail: `table incident, as ${access.user}`,
      variable: 'SERVICENOW_URL',
    },
  }
}
