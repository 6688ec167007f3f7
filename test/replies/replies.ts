import type { Situation } from '../../packages/on-call-agent/test-parts/talk.ts'

/** What a person writes, what it does, and what the answer has to hold. Earlier messages of the same talk stand before it. */
export interface Reply {
  situation: Situation
  says: string[]
  /** Of the last message alone; none: nothing may be done. */
  deeds: string[]
  useful: RegExp
}

const ONE: Situation = { open: 1 }
const TWO: Situation = { open: 2 }
const AFTER: Situation = { open: 1, resolved: true }

const row =
  (situation: Situation, deeds: string[], useful: RegExp) =>
  (...texts: (string | string[])[]): Reply[] =>
    texts.map((says) => ({ situation, says: [says].flat(), deeds, useful }))

const STATE = /\d+ %|not failing|no longer|still|errors/i
/** What the embedded model finds in this world: its process manager lists nobody. */
const CAUSE = /No instance of inventory runs/
const EVIDENCE = /\*What I saw:\*|discount|priceOf/
const NOTED = /noted/i
const WHICH = /^(Which incident do you mean|There is no incident I9)[\s\S]*\*I2\*[\s\S]*\*I1\*|I1[\s\S]*I2/
const DONE_TICKET = /OPS-1/
const HINT = /\*[^*]+\*/

/** One incident, English. */
const ENGLISH: Reply[] = [
  ...row(ONE, ['I1 acknowledged'], NOTED)(
    'ack',
    'ACK!',
    'on it',
    "I'm on it",
    'got it',
    'roger',
    'looking at it now',
    "i'll take it",
    '👍',
    '👀',
    'ok 👍',
    'ack I1',
  ),
  ...row(ONE, ['I1 called_false_alarm', 'I1 acknowledged'], NOTED)('false alarm', "it's a false positive"),
  ...row(ONE, ['I1 snoozed'], /\d|quiet|page/i)('snooze', 'snooze 10 min', 'snooze for 2 hours', 'mute 45m', 'stop paging me'),
  ...row(ONE, [], STATE)(
    'status',
    'is it fixed?',
    'still happening?',
    'is it still hapening',
    'any news?',
    'how is it looking',
    'did it stop?',
    'are we recovered',
    "what's the error rate?",
  ),
  ...row(ONE, [], CAUSE)('why?', 'why', 'what happened', 'wht happened', 'root cause?', 'explain', "what's wrong", 'summary please'),
  ...row(ONE, [], EVIDENCE)('evidence', 'what did you see', 'show me the logs', 'stack trace?'),
  ...row(ONE, [], /change|release|deploy|commit|see/i)('what changed?', 'who deployed?', 'any recent deploys'),
  ...row(ONE, [], /instance|127\.0\.0\.1|800\d/i)('which instances?', 'all instances or one?'),
  ...row(ONE, [], /first|check|discount|next/i)('what should I do first?', 'how do I fix it?', 'next step?'),
  ...row(ONE, [], /database|see/i)('is the database down?', 'db ok?'),
  ...row(ONE, [], /nobody|on it|acknowledged|assigned/i)('who is on it?', 'who is working on this?'),
  ...row(ONE, [], /runbook|graph|console|link|http|none/i)('runbook?', 'link to the graph'),
  ...row(ONE, [], HINT)('help', 'what can you do?', 'blub', 'qwertz asdf', '?', 'tell me a joke'),
  ...row(ONE, [], /ticket/i)(
    'is there a ticket?',
    'ticket status',
    'no ticket please',
    "don't create a ticket",
    'create a ticket if it happens again',
  ),
  ...row(ONE, [], /./)('thanks', 'ok'),
  ...row(ONE, ['I1 ticket_created nobody'], DONE_TICKET)(
    'create a ticket',
    'create ticket',
    'open a jira ticket',
    'file a bug please',
    'craete a tikcet',
  ),
  ...row(ONE, ['I1 ticket_created Ravi Kumar'], /OPS-1[\s\S]*Ravi Kumar/)(
    'create Jira task and assign to Ravi',
    'create ticket for ravi',
    'assign this to Ravi Kumar',
    'please open a ticket and assign it to ravi k',
  ),
  ...row(
    ONE,
    ['I1 ticket_created Minh Tran'],
    /Minh Tran/,
  )(['create ticket and assign to min', '2'], ['create ticket and assign to min', 'the second one']),
  ...row(ONE, [], /1\. Mina Patel or 2\. Minh Tran/)('create ticket and assign to min'),
  ...row(ONE, [], /OPS-1/)(['create a ticket', 'create a ticket']),
  ...row(ONE, ['I1 close'], /OPS-1/)(['create a ticket', 'close the ticket']),
  ...row(ONE, ['I1 comment'], /OPS-1|comment/i)(['create a ticket', 'comment: rolled back']),
  ...row(ONE, [], /alert|resolve|itself|ends/i)('resolve it', "it's fixed"),
]

/** One incident, other languages. */
const OTHERS: Reply[] = [
  ...row(ONE, ['I1 acknowledged'], NOTED)(
    'Ich bin dran',
    'ich schau es mir an',
    'übernehme ich',
    'estoy en ello',
    'me encargo',
    'entendido',
    'main dekh raha hu',
    'samajh gaya',
  ),
  ...row(ONE, ['I1 called_false_alarm', 'I1 acknowledged'], NOTED)('das ist ein Fehlalarm', 'falsa alarma', 'galat alarm hai'),
  ...row(ONE, ['I1 snoozed'], /\d|quiet|page/i)('stumm 15 Minuten', 'silencia 10 minutos'),
  ...row(ONE, [], STATE)('ist das behoben?', 'läuft es wieder?', '¿está resuelto?', 'kya theek ho gaya?'),
  ...row(ONE, [], CAUSE)('warum?', '¿por qué?', 'kyu?', 'was ist passiert?'),
  ...row(ONE, ['I1 ticket_created nobody'], DONE_TICKET)('erstelle ein Ticket', 'crea un ticket', 'ticket banao'),
  ...row(ONE, [], /ticket/i)('kein Ticket bitte', 'no crees un ticket'),
]

/** Two incidents, and one beside one that is over. */
const SEVERAL: Reply[] = [
  ...row(TWO, [], WHICH)('ack', 'why?', 'create a ticket', 'status', 'false alarm', 'estoy en ello', 'ich bin dran', 'snooze 10 min'),
  ...row(TWO, ['I1 acknowledged'], /\*I1\*[\s\S]*noted/i)('ack I1', 'I1: on it', 'I1 ack', ['ack', 'I1']),
  ...row(TWO, ['I2 acknowledged'], /\*I2\*[\s\S]*noted/i)('ack I2', ['ack', 'I2'], ['status I1', 'ack I2']),
  ...row(TWO, [], /\*I1\*/)('why I1?', 'status I1', 'I1 evidence'),
  ...row(TWO, [], /\*I2\*/)('why I2?', 'I2 status', ['ack I1', 'status I2']),
  ...row(TWO, ['I2 ticket_created nobody'], /\*I2\*[\s\S]*OPS-1/)('create a ticket for I2', ['create a ticket', 'I2']),
  ...row(TWO, ['I1 ticket_created Ravi Kumar'], /\*I1\*[\s\S]*Ravi Kumar/)('create ticket for I1 and assign to Ravi'),
  ...row(TWO, ['I1 snoozed'], /\*I1\*/)('snooze I1 10 min'),
  ...row(TWO, ['I2 called_false_alarm', 'I2 acknowledged'], /\*I2\*/)('I2 is a false alarm'),
  ...row(TWO, [], WHICH)('i2 ack', 'I9 ack', 'I1 and I2: create tickets'),
  ...row(AFTER, ['I2 acknowledged'], NOTED)('ack', 'on it'),
  ...row(AFTER, [], STATE)('status'),
  ...row(AFTER, ['I2 ticket_created nobody'], DONE_TICKET)('create a ticket'),
]

export const REPLIES: readonly Reply[] = [...ENGLISH, ...OTHERS, ...SEVERAL]
/** Of these, in other languages or about several incidents. */
export const HARDER = OTHERS.length + SEVERAL.length
