import { createTicket } from './create-ticket.ts'
import { createHelp } from './help.ts'
import { impact } from './impact.ts'
import type { Intent } from './intent.ts'
import { nextStep } from './next-step.ts'
import { outOfReach } from './out-of-reach.ts'
import { sinceWhen } from './since-when.ts'
import { stillHappening } from './still-happening.ts'
import { thanks } from './thanks.ts'
import { ticketStatus } from './ticket-status.ts'
import { whatHappened } from './what-happened.ts'
import { where } from './where.ts'
import { why } from './why.ts'

const ASKABLE: readonly Intent[] = [createTicket, stillHappening, ticketStatus, whatHappened, why, nextStep, where, sinceWhen, impact]

/** How to put what is understood. */
export const EXAMPLES: readonly string[] = ASKABLE.flatMap(({ example }) => example ?? [])

/** Everything that is understood, in the order in which a message's answers are given. */
export const INTENTS: readonly Intent[] = [...ASKABLE, outOfReach, createHelp(EXAMPLES), thanks]
