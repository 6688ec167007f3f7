import { acknowledge } from './acknowledge.ts'
import { createTicket } from './create-ticket.ts'
import { databaseState } from './database-state.ts'
import { escalate } from './escalate.ts'
import { falseAlarm } from './false-alarm.ts'
import { createHelp, whoAreYou } from './help.ts'
import { impact } from './impact.ts'
import type { Intent } from './intent.ts'
import { links } from './links.ts'
import { lookAgain } from './look-again.ts'
import { nextStep } from './next-step.ts'
import { outOfReach } from './out-of-reach.ts'
import { propose } from './propose.ts'
import { showLogs } from './show-logs.ts'
import { sinceWhen } from './since-when.ts'
import { snooze } from './snooze.ts'
import { stillHappening } from './still-happening.ts'
import { thanks } from './thanks.ts'
import { ticketStatus } from './ticket-status.ts'
import { whatChanged } from './what-changed.ts'
import { whatHappened } from './what-happened.ts'
import { where } from './where.ts'
import { why } from './why.ts'

const ASKABLE: readonly Intent[] = [
  createTicket,
  acknowledge,
  stillHappening,
  lookAgain,
  propose,
  ticketStatus,
  whatHappened,
  why,
  nextStep,
  showLogs,
  whatChanged,
  where,
  sinceWhen,
  impact,
]

const UNADVERTISED: readonly Intent[] = [falseAlarm, snooze, databaseState, links, escalate, outOfReach]

/** How to put what is understood. */
const EXAMPLES: readonly string[] = ASKABLE.flatMap(({ example }) => example ?? [])

/** Everything that is understood, in the order in which a message's answers are given. */
export const INTENTS: readonly Intent[] = [...ASKABLE, ...UNADVERTISED, createHelp(EXAMPLES), whoAreYou, thanks]
