import { describe, expect, test } from 'vitest'
import { nullWorld } from '../../test-parts/null-dereference.ts'
import { SimulatedIncident } from '../../test-parts/simulated-incident.ts'

/** What people write to the agent at three in the morning, and what the answer has to begin with or hold. */
const STATE = /^\*Still going on:\* 83 %/
const CAUSE = /Requests to \/prices\/:id fail because `offer\.discount` is null/
const ACK = /^Noted: you are on it\./
const FALSE_ALARM = /^Noted as a false alarm/
const SNOOZE = /amtool silence add alertname=InventoryHighErrorRate/
const LOGS = /errors of the last 2 minutes:[\s\S]*reading 'label'/
const STACK = /at price \(services\/shop\/pricing\.ts:5/
const CHANGED = /Running: release 0\.1\.0 \(0123456\)/
const DATABASE = /^\*The database answers:\*/
const LINK = /docs\/runbooks\/InventoryHighErrorRate\.md/
const ESCALATE = /^I cannot call or page anybody/
const NO_HANDS = /^I cannot change anything in production/
const WHO_AM_I = /^I am the on-call agent's built-in model/
const HELP = /^I understand:/
const EVIDENCE = /\*What I saw:\*/
const FIRST = /^\*First:\* Open services\/shop\/pricing\.ts at line 5/
const WHERE = /^File: services\/shop\/pricing\.ts, line 5/
const SINCE = /firing since 12:00:00 UTC/
const IMPACT = /83 %/
const NOBODY = /assigned nobody/
const TICKET = /^Created \*OPS-1\*/
const NO_TICKET = /no ticket/
const AGAIN = /^\*As before:\* Requests to/
const WELCOME = /welcome/
const HELLO = /^Hello/
const UNCLEAR = /^Sorry, I did not understand that\. Try \*why\?\*, \*still happening\?\* or \*create ticket/

const REPLIES: [string, RegExp][] = [
  ["what's going on?", CAUSE],
  ['what happened', CAUSE],
  ['wht happened', CAUSE],
  ["what's wrong", CAUSE],
  ['summary please', CAUSE],
  ['tl;dr?', CAUSE],
  ['root cause?', CAUSE],
  ['is it fixed?', STATE],
  ['is everything ok now?', STATE],
  ['still happening?', STATE],
  ['is it still hapening', STATE],
  ['status', STATE],
  ['status update pls', STATE],
  ['any news?', STATE],
  ['how is it looking', STATE],
  ['is it over', STATE],
  ['did it stop?', STATE],
  ["what's the error rate?", STATE],
  ['are we recovered', STATE],
  ['ack', ACK],
  ['acked', ACK],
  ['Ack.', ACK],
  ['acknowledged, looking into it', ACK],
  ['on it', ACK],
  ["I'm on it", ACK],
  ['got it, looking', ACK],
  ["i'll take it", ACK],
  ['looking at it now', ACK],
  ['👍', ACK],
  ['👀', ACK],
  ['ok 👍', ACK],
  ['roger', ACK],
  ['false alarm', FALSE_ALARM],
  ['its a false positive', FALSE_ALARM],
  ['just a test, ignore it', FALSE_ALARM],
  ['snooze 10 min', SNOOZE],
  ['mute', SNOOZE],
  ['silence the alert for 45 min', SNOOZE],
  ['stop paging me', SNOOZE],
  ['can I go back to sleep?', SNOOZE],
  ['show me the logs', LOGS],
  ['logs', LOGS],
  ['show me the error', LOGS],
  ['what do the logs say?', LOGS],
  ['paste the errors', LOGS],
  ['stack trace', STACK],
  ['show stack', STACK],
  ['send me the stack trace please', STACK],
  ['what changed?', CHANGED],
  ['did anyone deploy?', CHANGED],
  ['who deployed?', CHANGED],
  ['any recent changes', CHANGED],
  ['which version is running', CHANGED],
  ['last deploy?', CHANGED],
  ['is the database down?', DATABASE],
  ['is postgres ok', DATABASE],
  ['db status', DATABASE],
  ['runbook?', LINK],
  ['link to dashboard', LINK],
  ['show graph', LINK],
  ['grafana?', LINK],
  ['escalate to Priya', ESCALATE],
  ['call me', ESCALATE],
  ['who else is on call?', ESCALATE],
  ['wake the db team', ESCALATE],
  ['restart it', NO_HANDS],
  ['roll back', NO_HANDS],
  ['rollback please', NO_HANDS],
  ['scale up', NO_HANDS],
  ['close it', NO_HANDS],
  ['close I6', NO_HANDS],
  ['add a comment: I restarted pg', NO_HANDS],
  ['who are you', WHO_AM_I],
  ['are you a bot?', WHO_AM_I],
  ['help', HELP],
  ['what can you do?', HELP],
  ['why?', EVIDENCE],
  ['why', EVIDENCE],
  ['how do you know', EVIDENCE],
  ['evidence?', EVIDENCE],
  ['I3 why?', EVIDENCE],
  ['how sure are you?', /% sure/],
  ['what should I do?', FIRST],
  ['what now', FIRST],
  ['next steps', FIRST],
  ['how do I fix this', FIRST],
  ['which instance?', WHERE],
  ['which file', WHERE],
  ['where is it', WHERE],
  ['since when?', SINCE],
  ['when did it start', SINCE],
  ['how bad is it?', IMPACT],
  ['are customers affected?', IMPACT],
  ['🔥🔥🔥', IMPACT],
  ['who is on it?', NOBODY],
  ['is there a ticket?', NOBODY],
  ['look again', AGAIN],
  ['investigate again please', AGAIN],
  ['thanks', WELCOME],
  ['ok', WELCOME],
  ['🙏', WELCOME],
  ['hi', HELLO],
  ['create a ticket', TICKET],
  ['create jira task for I3 and assign to ravi', TICKET],
  ['create a ticket for I5 and assign it to Ravi', TICKET],
  ['craete tikcet', TICKET],
  ['create ticket for the db team, high priority', /Priority high, as you asked\. I cannot set a team\./],
  ['no ticket please', NO_TICKET],
  ['create a ticket tomorrow', NO_TICKET],
  // German
  ['Was ist los?', CAUSE],
  ['warum?', EVIDENCE],
  ['ist es noch kaputt?', STATE],
  ['bin dran', ACK],
  ['Fehlalarm', FALSE_ALARM],
  ['zeig mir die Logs', LOGS],
  ['was soll ich tun?', FIRST],
  ['erstelle ein Ticket für Ravi', TICKET],
  ['danke', WELCOME],
  // Spanish
  ['¿qué pasa?', CAUSE],
  ['¿por qué?', EVIDENCE],
  ['¿sigue pasando?', STATE],
  ['estoy en ello', ACK],
  ['falsa alarma', FALSE_ALARM],
  ['muéstrame los logs', LOGS],
  ['crea un ticket y asígnalo a Ravi', TICKET],
  ['gracias', WELCOME],
  // Hindi in Latin script
  ['kya hua?', CAUSE],
  ['kya ho raha hai', CAUSE],
  ['main dekh raha hu', ACK],
  ['abhi bhi ho raha hai?', STATE],
  ['logs dikhao', LOGS],
  ['ticket banao', TICKET],
  // Not understood, in one line
  ['banana', UNCLEAR],
  ['write me a poem', UNCLEAR],
  ['asdf qwer', UNCLEAR],
  ['', UNCLEAR],
]

function answerTo(text: string): { words: string; tickets: Record<string, unknown>[] } {
  const incident = new SimulatedIncident(nullWorld())
  incident.investigate()
  const words = incident.say(text)
  return { words, tickets: incident.calls('create_jira_ticket') }
}

test('there are at least 120 of them', () => {
  expect(REPLIES.length).toBeGreaterThanOrEqual(120)
})

describe('the reply', () => {
  test.each(REPLIES)('"%s" is answered', (text, expected) => {
    const { words, tickets } = answerTo(text)
    expect(words).toMatch(expected)
    expect(words.length).toBeLessThanOrEqual(1_200)
    // Never a bare yes or no, and a ticket only on a wish for one.
    expect(words).not.toMatch(/^\*?(Yes|No)[,.:;!*]/)
    expect(tickets.length).toBe(/^Created/.test(words) ? 1 : 0)
  })
})

test.each(['create jira task for I3 and assign to ravi', 'create a ticket for I5 and assign it to ravi'])(
  '"%s" gives the ticket to ravi',
  (text) => {
    expect(answerTo(text).tickets.map(({ assignee }) => assignee)).toEqual(['ravi'])
  },
)

test('a reassignment is called one', () => {
  let assignee = 'Ravi Kumar'
  const incident = new SimulatedIncident(
    nullWorld({ ticket: () => ({ key: 'OPS-1', url: 'http://jira/OPS-1', assignee, existing: assignee !== 'Ravi Kumar' }) }),
  )
  incident.investigate()
  incident.say('create ticket and assign to Ravi')
  assignee = 'Mei Tanaka'
  expect(incident.say('reassign it to Mei')).toMatch(/^Reassigned \*OPS-1\* from Ravi Kumar to Mei Tanaka/)
})

test('whoever has taken it is named when somebody asks', () => {
  const incident = new SimulatedIncident(nullWorld())
  incident.investigate()
  incident.say('on it')
  expect(incident.say('who is on it?')).toMatch(/^You wrote that you are on it/)
})

test('what the agent puts between two answers is no person', () => {
  const incident = new SimulatedIncident(nullWorld())
  incident.messages.push({ role: 'user', content: 'Nobody reads this. Call functions to go on, and end with send_diagnosis.' })
  expect(incident.investigate().cause).toBe('application_exception')
})

test('an investigation goes on where a function that acts is offered, as long as nobody has written', () => {
  const incident = new SimulatedIncident(nullWorld())
  const tools = [
    'fetch_logs',
    'compute_error_rate',
    'query_prometheus',
    'list_instances',
    'fetch_code_from_github',
    'create_jira_ticket',
    'send_diagnosis',
  ]
  expect(incident.investigate(tools).cause).toBe('application_exception')
  expect(incident.calls('create_jira_ticket')).toEqual([])
})
