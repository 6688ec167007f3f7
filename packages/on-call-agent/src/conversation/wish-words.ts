/** Words and phrases by which people ask for a ticket, in English, German, Spanish and Hindi in Latin script; all read normalised clauses. */

const TICKET = 'jira|jiras|tickets?|tique|tiquet|vorgang|tikat'
const TASK = 'tasks?|issue|bug|story|card|aufgabe|tarea|incidencia'
const MAKE =
  'create|creating|open|file|raise|make|log|submit|cut|generate|draft|write|erstell|erstelle|erstellen|erstellst|anlegen|anlegst|leg|lege|mach|mache|machen|machst|eroffne|eroffnen|offne|offnen|schreib|schreibe|aufmachen|crea|crear|cree|creame|abre|abrir|abreme|haz|hacer|hazme|genera|generar|registra|registrar|levanta|levantar'
const WANT = 'need|want|get|put|add|do|track|prepare|have|brauche|brauchen|will|mochte|necesito|quiero|pon|ponme'
/** Hindi puts its verb at the end. */
const MAKE_LATE =
  'banao|bana|banado|banaiye|banaye|banana|kholo|khol|daalo|daal|dalo|dal|chahiye|karo|kardo|kar|kijiye|erstellen|anlegen|an|aufmachen|eroffnen|bitte'

/** Any of them makes a wish, unless the clause is about other work on a ticket. */
export const CREATE_TICKET = [
  new RegExp(`\\b(${MAKE})\\b( \\S+){0,5}? (${TICKET})\\b`),
  new RegExp(`\\b(${MAKE})\\b( \\S+){0,3}? (${TASK})\\b`),
  new RegExp(`\\b(${WANT})\\b( (me|us|a|an|the|one|new|this|it|in|into|to|on|for|ein|einen|un|una|mir|that)){0,4} (${TICKET})\\b`),
  new RegExp(`\\b(${TICKET}|${TASK})\\b( \\S+){0,3}? (${MAKE_LATE})\\b`),
]
/** "File it", "ticket this", "open one". */
export const CREATE_IT =
  /^((please|ok|okay|yes|yep|yeah|sure|just|go|ahead|can you|could you|would you|will you|bitte|por favor) )*((file|log|raise|ticket|track|jira|create) (it|this|that|one)|(open|make) one)\b/
export const BARE_TICKET =
  /^((please|ok|okay|yes|yep|yeah|sure|a|an|the|new|now|for|this|it|thanks|asap|task|issue|bug|bitte|ein|un|por|favor|ek) )*(jira|ticket)( (please|now|task|ticket|issue|for|this|it|thanks|asap|one|only|bitte|por|favor))*$/
export const ASSIGN =
  /\b(assign|assigned|assignee|reassign)\b|\b(give|hand|pass)( over)? (it|this|that)( over)? to\b|\b(weise|weis)\b.*\bzu\b|\b(zuweisen|zuordnen|zuteilen)\b|\b(asigna|asignar|asignalo|asignala|asignaselo|reasigna|reasignar)\b|\bko (de do|dedo|de dena|do)\b/
/** A clause about a ticket that is there: its link, its state, a comment. */
export const OTHER_TICKET_WORK =
  /\b(comment|comments|note|link|status|number|key|url|close|closed|resolve|resolved|update|show|see|read|kommentar|schliess|schliesse|comentario|cierra|cerrar)\b/
/** What a refusal must speak of to be one of a ticket. */
export const MAKES_OR_ASSIGNS = new RegExp(
  `\\b(${TICKET}|${TASK})\\b|\\b(create|file|raise|open|log|make|erstelle|erstellen|anlegen|crear|crees|abrir|abras|asignes|banao|banana|assign|assigned)\\b`,
)
/** "… but do not assign it to Ravi" refuses only the assignee. */
export const ONLY_ASSIGNEE =
  /^(?!.*\b(create|open|file|raise|make|log|ticket|jira|erstelle|crear|banao)\b).*\b(assign|assigned|assignee|give|asignes|asignar|zuweisen)\b/
export const NAMES_A_TICKET = new RegExp(`\\b(${TICKET}|${TASK})\\b`)
