import { describe, expect, test } from 'vitest'
import { decideWish } from './decide-wish.ts'

describe('a ticket is wished for by', () => {
  test.each([
    'create Jira task and assign to Ravi',
    'Create jira task and assign it to Ravi.',
    'create Jira task for the i3.xlarge hosts and assign to Ravi',
    'create jira task for I3 and assign to ravi',
    'I3: create a ticket',
    'pls make a jira for this, ravi should take it',
    'open a ticket',
    'Can you please open a ticket?',
    "couldn't you create a ticket",
    "why don't you open a ticket?",
    'assign it to ravi kumar with high priority',
    'assign to @ravi please',
    'assign to priya',
    'reassign it to Anna',
    'jira',
    'Jira please!',
    'ticket, please',
    'file it',
    'ok file it and give it to Priya Sharma',
    'craete tikcet for José García',
    'raise a bug, low priority',
    'log a jira ticket with priority medium for Ravi',
    'create a ticket for this',
    'create a ticket if possible',
    "create a ticket but don't assign it to Ravi",
    'CREATE TICKET ASSIGN RAVI',
    'i need a ticket for ravi asap',
    'create jira assignee: Ravi Kumar',
    'create jira and let Ravi handle it',
    'no, create a ticket',
    'not a false alarm, create a ticket',
    'thanks! please open a ticket',
    '👍 create ticket',
    // German
    'Bitte ein Ticket anlegen',
    'erstelle ein Ticket und weise es Ravi zu',
    'Leg ein Jira-Ticket an',
    'mach mir ein ticket',
    'Kannst du ein Ticket eröffnen?',
    'Ticket bitte',
    'Ticket erstellen und Ravi zuweisen',
    // Spanish
    'crea un ticket',
    'crea una tarea en Jira y asígnala a Ravi',
    '¿puedes abrir un ticket?',
    'sí, crea un ticket',
    'si, crea un ticket',
    'necesito un ticket por favor',
    'asígnalo a Ravi',
    // Hindi
    'Jira ticket banao aur Ravi ko assign karo',
    'ek ticket bana do',
    'ticket chahiye',
    'Ravi ko de do',
  ])('"%s"', (text) => {
    expect(decideWish(text)).toMatchObject({ kind: 'ticket', reason: 'asked_for' })
  })
})

describe('nothing is wished for by', () => {
  test.each([
    'why?',
    'ok thanks',
    'ok',
    'yes',
    '👍',
    '',
    'what happened?',
    'do NOT create any ticket',
    'Do not create a ticket!',
    "don't create a ticket",
    'dont open a jira',
    'never create a ticket',
    'no ticket please',
    'no tickets',
    'do not create a ticket and assign it to Ravi',
    'please do not, I repeat, do not file a ticket',
    "don't. Create a ticket? No.",
    'never mind the ticket',
    'not yet, no jira',
    'hold off on the ticket',
    'I do not think we need a ticket',
    'cancel the ticket',
    'if it happens again create a ticket',
    'create a ticket if it is still happening',
    'create a ticket tomorrow',
    'did you create a ticket?',
    'is there a ticket?',
    'should I create a ticket?',
    'why was no ticket created?',
    'why did you create a ticket',
    'who should take it?',
    'what is the issue',
    'is the issue still happening?',
    'ravi should take a look',
    'ticket status',
    'show me the ticket',
    'get me the ticket link',
    'add a comment to the ticket',
    'banana',
    'make it stop',
    'raise the replicas',
    'log looks bad',
    'show me the logs',
    'open the console',
    'false alarm',
    'restart it',
    // German
    'Bitte kein Ticket',
    'kein Ticket anlegen',
    'Leg bitte nicht noch ein Ticket an',
    'erstelle nicht schon wieder ein Ticket',
    'gibt es ein Ticket?',
    'soll ich ein Ticket anlegen?',
    'wenn es wieder passiert, leg ein Ticket an',
    'warum?',
    'Was ist los?',
    // Spanish
    'no crees ningún ticket',
    'sin ticket por favor',
    'no abras un ticket',
    '¿hay un ticket?',
    '¿por qué?',
    'si vuelve a pasar crea un ticket',
    // Hindi
    'ticket mat banao',
    'koi ticket nahi chahiye',
    'kya ticket bana?',
    'kyun?',
  ])('"%s"', (text) => {
    expect(decideWish(text).kind).toBe('none')
  })
})

test.each([
  ["create a ticket but don't assign it to Ravi", ['create', 'ticket'], ['ravi']],
  ['create a ticket for I3 and assign to José García', ['jose', 'garcia'], ['i3', 'eve']],
  ['assign it to ravi', ['ravi'], ['kumar']],
])('the words of "%s" that may name somebody', (text, among, notAmong) => {
  const wish = decideWish(text)
  if (wish.kind !== 'ticket') throw new Error('no wish')
  expect(among.filter((word) => !wish.words.has(word))).toEqual([])
  expect(notAmong.filter((word) => wish.words.has(word))).toEqual([])
})

test.each([
  ['ravi shah', true],
  ['Ravi Shah please', true],
  ['i mean ravi kumar', true],
  ['no, not ravi', false],
  ['thanks', false],
  ['why?', false],
  ['eve', false],
  ['ravi shah is on holiday until monday so please look', false],
])('after "who?", "%s" is an answer: %s', (text, isAnswer) => {
  const asked = '"Ravi" can be Ravi Kumar or Ravi Shah; nothing was created'
  expect(decideWish(text, asked).kind).toBe(isAnswer ? 'ticket' : 'none')
  expect(decideWish(text).kind).toBe('none')
})
