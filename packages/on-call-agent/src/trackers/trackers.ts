import type { Connector } from '../connector.ts'
import { jira } from './jira/tracker.ts'
import { servicenow } from './servicenow/tracker.ts'
import type { Tracker } from './tracker.ts'

/** Where tickets are filed; each has its own function `create_<id>_ticket`. */
export const TRACKERS = [jira, servicenow] satisfies Connector<Tracker>[]
