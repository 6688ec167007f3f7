import type { Connector } from '../connector.ts'
import { fleet } from './fleet/target.ts'
import { github } from './github/target.ts'
import { hosts } from './hosts/target.ts'
import { kubernetes } from './kubernetes/target.ts'
import { mcp } from './mcp/target.ts'
import { memory } from './memory/target.ts'
import { postgres } from './postgres/target.ts'
import { prometheus } from './prometheus/target.ts'
import type { Target } from './target.ts'

/** What the agent can look at; the order is that of the functions in a model's request. */
export const TARGETS = [fleet, kubernetes, hosts, prometheus, github, postgres, memory, mcp] satisfies Connector<Target>[]
