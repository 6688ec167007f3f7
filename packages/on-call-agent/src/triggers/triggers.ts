import type { Connector } from '../connector.ts'
import { alertmanager } from './alertmanager/trigger.ts'
import type { Trigger } from './trigger.ts'

/** What opens incidents. */
export const TRIGGERS = [alertmanager] satisfies Connector<Trigger>[]
