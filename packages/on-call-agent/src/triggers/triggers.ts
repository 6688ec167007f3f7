import type { Connector } from '../connector.ts'
import { alertmanager } from './alertmanager/trigger.ts'
import { api } from './api/trigger.ts'
import { servicenow } from './servicenow/trigger.ts'
import type { Trigger } from './trigger.ts'

/** What opens incidents. */
export const TRIGGERS = [alertmanager, api, servicenow] satisfies Connector<Trigger>[]
