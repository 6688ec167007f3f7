import { inEnglish } from './languages.ts'

/** One clause of a message. */
export interface Clause {
  /** As written. */
  raw: string
  /** Lower case, contractions and chat spellings written out, small typos of known words corrected. */
  words: string
  negated: boolean
  /** Asks for something later or under a condition. */
  conditional: boolean
}

/** A person's message, ready for rules. */
export interface Said {
  raw: string
  /** All clauses' words in one. */
  words: string
  clauses: Clause[]
}

/** Words whose misspelling is understood; names never pass through this. */
const KNOWN = [
  'create', 'ticket', 'assign', 'assignee', 'priority', 'please', 'happening', 'still', 'urgent', 'critical', 'medium', 'status', 'thanks', 'jira', 'diagnosis',
  'evidence', 'should', 'explain', 'which', 'instance', 'instances', 'unassigned', 'raise', 'what', 'happened', 'acknowledge', 'changed', 'changes', 'change', 'changing', 'deployed', 'database', 'escalate', 'rollback', 'restart', 'snooze', 'alarm', 'stack',
] // biome-ignore format: a list of words reads better in lines.

const SPELLINGS: [RegExp, string][] = [
  [/[’‘`´]/g, "'"],
  [/\b(pls|plz|plss|pleas|kindly)\b/g, 'please'],
  [/\b(u)\b/g, 'you'],
  [/\b(thx|tnx|thanx|ty)\b/g, 'thanks'],
  [/\b(wanna)\b/g, 'want to'],
  [/\b(wht|wat|wut)\b/g, 'what'],
  [/\b(ack|acked|acking|ackd)\b/g, 'acknowledge'],
  [/\b(w(h)?ats|whats)\b/g, 'what is'],
  [/\b(why (don't|dont|not)( you)?|(can|could|won|would)n?'?t you)\b/g, 'can you'],
  [/\b(if|when) (you can|you could|possible|you have time|you don'?t mind)\b/g, 'please'],
  [/\b(don't|dont|do not|doesn't|needn't|shouldn't|mustn't|never|no need|without|cancel|forget|skip|hold off|avoid|rather not)\b/g, 'not $1'],
  [/\bwhat's\b/g, 'what is'],
  [/\bwho's\b/g, 'who is'],
  [/\bit's\b/g, 'it is'],
  [/\bhow's\b/g, 'how is'],
  [/\bwhere's\b/g, 'where is'],
] // biome-ignore format: one spelling a line.

/** Splits and normalises; the words stay in their order. */
export function hear(raw: string): Said {
  // "for I3" names the incident, and is nobody's name; which incident is meant has been decided before.
  const plain = raw.replace(/[’‘`´]/g, "'").replace(/\b(?:(?:for|about|on|in|of)\s+)?(?:incident\s+)?I\d+\b[:,]?/g, ' ')
  const text = inEnglish(plain)
  // The idioms hold words that would split or negate, so they are replaced before.
  const pieces = text.split(/[;!?\n]+|[.,](?=\s|$)|\b(?:and|but|then|also|plus)\b/i).map((piece) => piece.trim())
  const clauses = pieces.filter((piece) => /[\p{L}\p{N}]/u.test(piece)).map(readClause)
  return { raw, words: clauses.map(({ words }) => words).join(' '), clauses }
}

function readClause(raw: string): Clause {
  const spelled = SPELLINGS.reduce((all, [from, to]) => all.replace(from, to), raw.toLowerCase())
  const words = spelled
    .replace(/[^\p{L}\p{N}'@._\s/-]/gu, ' ')
    .split(/\s+/)
    .filter((word) => word !== '')
    .map(correct)
    .join(' ')
  const conditional =
    /^(only |just |maybe )?(if|unless|once|until|in case|when(?! (did|was|is|has|were|do))|as soon as)\b/.test(words) ||
    /\b(later|tomorrow|tonight|next week|not yet)\b/.test(words)
  return { raw, words, negated: /\b(no|not|nope|stop)\b/.test(words), conditional }
}

function correct(word: string): string {
  if (KNOWN.includes(word)) return word
  return KNOWN.find((known) => (word.length >= 5 && known.length >= 5 ? isOneTypo(word, known) : isTransposed(word, known))) ?? word
}

function isTransposed(word: string, known: string): boolean {
  if (word.length !== known.length || word[0] !== known[0]) return false
  const different = [...word].flatMap((letter, index) => (letter === known[index] ? [] : [index]))
  const [a, b] = different
  return different.length === 2 && a !== undefined && b === a + 1 && word[a] === known[b] && word[b] === known[a]
}

/** One letter wrong, missing, doubled, or two neighbours swapped; the first letter must be right. */
function isOneTypo(word: string, known: string): boolean {
  if (word[0] !== known[0] || Math.abs(word.length - known.length) > 1) return false
  if (isTransposed(word, known)) return true
  let start = 0
  while (start < word.length && word[start] === known[start]) start++
  const [longer, shorter] = word.length >= known.length ? [word, known] : [known, word]
  return word.length === known.length ? word.slice(start + 1) === known.slice(start + 1) : longer.slice(start + 1) === shorter.slice(start)
}
