import { expect, test } from 'vitest'
import { decideDeeds } from './decide-deeds.ts'

/** Messages and the deeds that they are, as `kind`, or `kind:what`; with `…` behind them they say something else too. */
const MESSAGES: [text: string, deeds: string][] = [
  // Acknowledged
  ...[
    'ack', 'Ack.', 'ACK!', 'acked', 'acknowledged', 'on it', "I'm on it", 'im on it now', 'ok, on it', 'roger', 'got it', "i'll take it", 'I will look into it',
    'looking', 'looking at it now', 'taking it', 'ack I2', 'I3: ack', '👍', '👍🏽', 'ok 👍', '👀', '✅', 'thanks, on it', "we're on it",
    'bin dran', 'Ich bin dran', 'ich schau es mir an', 'ich kümmere mich darum', 'übernehme ich', 'verstanden',
    'estoy en ello', 'lo veo', 'me encargo', 'yo me encargo, gracias', 'entendido', 'recibido',
    'main dekh raha hu', 'dekh rahi hoon', 'samajh gaya',
  ].map((text): [string, string] => [text, 'acknowledge']),
  // A false alarm
  ...['false alarm', "it's a false positive", 'Fehlalarm', 'das ist ein Fehlalarm', 'falsa alarma', 'galat alarm hai', 'I2 is a false alarm', 'I2 ist ein Fehlalarm'].map((text): [string, string] => [text, 'false_alarm']),
  // Quiet
  ['snooze', 'snooze:30'], ['snooze 10 min', 'snooze:10'], ['snooze for 2 hours', 'snooze:120'], ['mute 45m', 'snooze:45'], ['please snooze I2 15 minutes', 'snooze:15'],
  ['stop paging me', 'snooze:30'], ["don't page me for 20 minutes", 'snooze:20'], ['snooze 900 h', 'snooze:720'], ['silencia 10 minutos', 'snooze:10'], ['stumm 15 Minuten', 'snooze:15'],
  // The ticket
  ['comment: I restarted pg', 'comment:I restarted pg'], ['add a comment: rolled back; watching', 'comment:rolled back; watching'], ['Add a note to the ticket: why is it slow?', 'comment:why is it slow?'],
  ['comment that the disk was full', 'comment:the disk was full'], ['Kommentar: Neustart war nötig', 'comment:Neustart war nötig'], ['schreibe einen Kommentar: läuft wieder', 'comment:läuft wieder'],
  ['comentario: reinicié la base', 'comment:reinicié la base'], ['please add a comment on I2: do not close', 'comment:do not close'],
  ['close the ticket', 'close_ticket'], ['please close ticket', 'close_ticket'], ['close OPS-1', 'close_ticket'], ['resolve the jira ticket', 'close_ticket'], ['schließe das Ticket', 'close_ticket'],
  ['Ticket schließen bitte', 'close_ticket'], ['cierra el ticket', 'close_ticket'], ['ticket band karo', 'close_ticket'],
  // The incident
  ['resolve it', 'resolve'], ['close it', 'resolve'], ['close I6', 'resolve'], ["it's fixed", 'resolve'], ['mark as resolved', 'resolve'], ['behoben', 'resolve'], ['ya está resuelto', 'resolve'],
  // Several things at once
  ['on it. why?', 'acknowledge…'], ['ack, and create a ticket', 'acknowledge…'], ['false alarm, close the ticket', 'false_alarm,close_ticket'], ['ack and snooze 10 min', 'acknowledge,snooze:10'],
  // Nothing of the kind: questions, refusals, conditions, wishes of another kind, talk
  ...[
    'is it fixed?', 'who is on it?', 'did you close the ticket?', 'should I acknowledge?', 'is this a false alarm?', 'why is the ticket closed?', 'can I snooze?', 'what is a comment?', "don't close the ticket",
    'do not acknowledge', 'not a false alarm', 'close the ticket tomorrow', 'close the ticket if it is quiet', 'create a ticket', 'create ticket and assign to Ravi', 'ticket status', 'the ticket is closed', 'ok', 'thanks',
    'why', 'status', 'what changed', 'no comment', 'looking good', 'got it wrong', 'the alarm is false or not?', 'ist das behoben?', 'wer ist dran?', '¿está resuelto?', '¿es una falsa alarma?', 'kya theek ho gaya?',
    'kein Fehlalarm', 'nicht schließen', 'restart it', 'roll back', 'acknowledge the alert in pagerduty for me', '🔥', '👎', '', '?', 'I2',
  ].map((text): [string, string] => [text, '']),
] // biome-ignore format: a table.

test.each(MESSAGES)('%j does %j', (text, expected) => {
  const { deeds, whole } = decideDeeds(text)
  const said = deeds.map((deed) =>
    [deed.kind, ...('minutes' in deed ? [deed.minutes] : []), ...('text' in deed ? [deed.text] : [])].join(':'),
  )
  expect(said.join(',') + (deeds.length > 0 && !whole ? '…' : '')).toBe(expected)
})

test('the table holds 120 messages at least, 30 of them in other languages', () => {
  expect(MESSAGES.length).toBeGreaterThanOrEqual(120)
})
