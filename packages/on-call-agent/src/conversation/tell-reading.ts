import type { TimelineEvent } from '../api.ts'
import { oneLine } from '../channels/outgoing-text.ts'

/** Words by which people ask what a diagnosis rests on. */
const ASKS_FOR_GROUNDS =
  /\b(why|evidence|more|proof|prove|sure|certain|confident|really|details?|second|opinion|warum|wieso|belege?|mehr|sicher|zweite|pruebas?|seguro|kyu|kyun|kyon|pakka)\b/i

/** `*Second reader* agrees: …` where a message asks for grounds and a second reader has read the diagnosis; else nothing. */
export function readingLine(text: string, timeline: TimelineEvent[]): string[] {
  if (!ASKS_FOR_GROUNDS.test(text)) return []
  const reading = timeline.findLast(({ event }) => event.kind === 'second_reading')?.event
  return reading?.kind === 'second_reading' && reading.verdict !== 'not_read' ? [`*Second reader* ${oneLine(reading.says, 300)}`] : []
}
