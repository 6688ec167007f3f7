import { withoutRefs } from './refs.ts'

/** A part of a message that says one thing. */
export interface Clause {
  /** Lower case, without accents, contractions written out. */
  words: string
  negated: boolean
  isQuestion: boolean
  /** Asks for something later or under a condition. */
  conditional: boolean
}

const SPELLINGS: [RegExp, string][] = [
  [/[’‘`´]/g, "'"],
  [/\b(why (don't|dont|do not|not)( you| we)?|(can|could|won|would|will)n?'?t you)\b/g, 'can you'],
  [/\b(if|when) (you can|you could|possible|you have time|you don'?t mind)\b/g, 'please'],
  [/\b(don't|dont|doesn't|don t|needn't|shouldn't|mustn't|no need to|no need for|no need|hold off( on)?|rather not|forget( about)?|skip|cancel|avoid|stop)\b/g, 'do not'],
  [/\b(craete|creat|crate|cretae|creaet)\b/g, 'create'],
  [/\b(tikcet|tiket|ticekt|tickt|tickte|tikkit|tikit|tickett)\b/g, 'ticket'],
  [/\b(asign|assing|asssign)\b/g, 'assign'],
] // biome-ignore format: one spelling a line.

const NEGATION =
  /\b(not|no|never|nope|without|nicht|kein|keine|keinen|keinem|ohne|niemals|nie|sin|nunca|tampoco|ningun|ninguna|nahi|nahin|nai|mat)\b/
const QUESTION =
  /^((so|and|hey|hi|ok|okay|also|und|y|aur|but|pero|aber) )*(did|have you|has|is|are|was|were|does|do (i|we|you)|should|shall|must|what|who|whom|whose|which|where|when|why|how|will there|any|ist|sind|hast|hat|habt|wurde|wurden|gibt|gab|warum|wieso|weshalb|was|wer|wem|wen|wo|wann|wie|welche|welcher|welches|soll|sollen|sollte|por que|porque|que|quien|quienes|donde|cuando|como|cual|hay|has|ha|esta|fue|debo|deberia|kya|kyu|kyun|kyon|kaun|kahan|kab|kaise|kisne|kisko)\b/
/** "si" without its accent is a yes before a comma or a verb, and an if before anything else. */
const CONDITIONAL =
  /^(only |just |maybe |vielleicht )?(if|unless|once|until|in case|when|as soon as|wenn|falls|sobald|cuando|si (?!crea|abre|haz|asigna|por favor|gracias)\w+|agar|jab)\b|\b(if|unless|once it|until|in case|as soon as|wenn|falls|sobald|agar)\b|\b(later|tomorrow|tonight|next week|not yet|spater|morgen|nachher|manana|luego|despues|kal|baad)\b/

/** Splits a message and normalises it. What is written "sí" is a yes. */
export function readClauses(text: string): Clause[] {
  // Without its name a sentence about an incident would begin as a question does.
  const lower = withoutRefs(text.replace(/^\s*i\d{1,15}\s+(?=(?:is|was|ist|war|es|hai)\b)/i, 'it '))
    .toLowerCase()
    .normalize('NFC')
    .replace(/\bsí\b/g, 'yes')
  const spelled = SPELLINGS.reduce((all, [from, to]) => all.replace(from, to), lower)
  const pieces = spelled.split(/[;!\n]+|(?<=\?)|[.,:](?=\s|$)|\s(?:and|but|then|also|plus|und|aber|dann|y|pero|luego|aur|lekin|phir)\s/)
  return pieces.flatMap((piece) => {
    const words = plainWords(piece).join(' ')
    if (words === '') return []
    return [{ words, negated: NEGATION.test(words), isQuestion: QUESTION.test(words), conditional: CONDITIONAL.test(words) }]
  })
}

/** The words of a text in lower case and without accents. */
export function plainWords(text: string): string[] {
  const plain = text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
  return plain.split(/[^\p{L}\p{N}@._'-]+/u).flatMap((word) => word.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '') || [])
}
