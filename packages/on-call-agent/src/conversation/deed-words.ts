/** How people say that they do something themselves, or want it done, in English, German, Spanish and Hindi in Latin script; for normalised clauses. */

const LEAD = '(?:(?:ok|okay|yes|yep|ja|si|haan|thanks|danke|gracias|and|und|y) )*'
const TAIL = '(?: (?:now|please|already|too|jetzt|schon|bitte|ya|ahora|thanks|danke|gracias|abhi))*'

const ACKNOWLEDGES = [
  '(?:i |we )?(?:ack|acked|ackd|acknowledge|acknowledged|acknowledging)(?: (?:it|this|that))?',
  "(?:i am |i'm |im |we are |we're )?(?:already )?on it",
  'roger(?: that)?|copy that|will do|got it|understood|taking (?:it|this)',
  "i(?:'ll| will| am going to|'m going to)? ?(?:take|handle|own|check|fix|look at|look into|got|have|took) (?:it|this)",
  "i(?:'ve| have) got (?:it|this)",
  "(?:i am |i'm |im )?looking(?: (?:into|at))?(?: (?:it|this))?|i am (?:awake|up)",
  '(?:ich )?bin dran|ich (?:schaue|schau|gucke|guck|seh|sehe)(?: (?:es|das|mir|mal|rein|an|nach))*|(?:ich )?ubernehme(?: ich)?(?: (?:es|das))?|ich kummere mich(?: darum)?|verstanden|zur kenntnis genommen',
  'estoy en ello|lo (?:veo|miro|reviso|tengo)|ya lo (?:veo|miro|reviso)|(?:yo )?me encargo|entendido|recibido|enterado',
  '(?:main|mai|me) dekh(?:ta|ti)?(?: (?:raha|rahi|rha|rhi))? (?:hu|hun|hoon)|dekh (?:raha|rahi|rha|rhi) (?:hu|hun|hoon)|(?:main|mai) karta (?:hu|hun|hoon)|samajh gaya|samajh gayi',
]
export const ACKNOWLEDGE = new RegExp(`^${LEAD}(?:${ACKNOWLEDGES.join('|')})${TAIL}$`)
/** Emoji that say the same. */
export const ACKNOWLEDGE_EMOJI = /[👍👌✅🫡💪👀🙋🆗]/u

export const FALSE_ALARM =
  /\b(false (alarm|positive|alert)|fehlalarm|falscher alarm|falsa alarma|falso positivo|galat alarm|jhutha alarm)\b/

export const SNOOZE =
  /^(please |bitte |por favor )?(snooze|mute|silence|pause|stumm|stummschalten|ruhe|silencia|silenciar|silencio|pausa|posponer|chup|chup karo)\b|^do not (page|paging|ping|pinging|alert|alerting|message|messaging|text|texting|call|calling|write|writing)( to)?( me| us)?\b/
export const HOW_LONG =
  /\b(\d{1,3}) ?(m|min|mins|minute|minutes|minuten|minutos|minuto|h|hr|hrs|hour|hours|stunde|stunden|hora|horas|ghante|ghanta)\b/
export const HOURS = /^(h|hr|hrs|hour|hours|stunde|stunden|hora|horas|ghante|ghanta)$/

/** In the message as it is written: what stands behind it is the comment. */
export const COMMENT =
  /^\W{0,3}(?:(?:please|bitte|por favor|pls)\s+)?(?:(?:add|write|post|leave|put|schreib|schreibe|füge|hinterlass|hinterlasse|añade|anade|agrega|pon|deja)\s+)?(?:(?:a|an|the|einen|ein|un|una|ek)\s+)?(?:comment|note|kommentar|notiz|comentario|nota)(?:\s+(?:to|on|in|into|the|ticket|jira|it|zum|im|ins|hinzu|al|en|el|for|I\d+))*\s*(?:[:–-]|\bthat\b|\bdass\b|\bque\b)\s*(\S[\s\S]*)$/iu

const A_TICKET = '(?:ticket|jira|issue|vorgang|tique|tiquet|incidencia|tikat|[a-z][a-z0-9]{1,9}-\\d{1,9})'
export const CLOSE_TICKET = new RegExp(
  `^${LEAD}(?:please |bitte |por favor |can you |could you |kannst du )?(?:close|resolve|finish|schlie(?:ss|ß)e?|cierra|cerrar|mark)(?: (?:the|this|that|my|our|das|den|el|la|jira|ticket|please))* ${A_TICKET}\\b|^(?:das |den |the |el |ko )?${A_TICKET}(?: ko)? (?:schlie(?:ss|ß)en|zumachen|cerrar|band (?:karo|kar do|kardo)|close (?:karo|kar do|kardo|it|please))\\b`,
)

export const RESOLVE =
  /^(please )?(resolve|close|mark|schlie(ss|ß)e?|cierra|band karo)( (it|this|that|the incident|incident|as|resolved|fixed|done|solved|es|ihn|den vorfall|lo|el incidente))*$|^(it is |it's |its )(fixed|resolved|solved)( now)?$|^(ist |es ist )?(behoben|gelost|erledigt)$|^(ya )?(esta )?(arreglado|resuelto|solucionado)$|^(theek|thik) ho gaya$/

/** What says nothing beside a deed. */
export const FILLER =
  /^(ok|okay|yes|yep|ja|si|haan|hi|hello|hey|hallo|hola|thanks|thank you|thx|danke|gracias|shukriya|dhanyavaad|please|bitte|sorry|good|great|cool|alright)$/
