/** Phrases of other languages, chat spellings of whole sentences and emoji, as the English that the intents know. Names are left as they are. */
const PHRASES: [RegExp, string][] = [
  [/👍|👌|✅|🫡|💪|👀|🙋/gu, ' acknowledge '],
  [/🙏|❤️|🎉/gu, ' thanks '],
  [/🔥+|😱|🚨/gu, ' how bad is it '],
  [/🤷|❓|🤔/gu, ' what happened '],
  [/💤|😴|🔕/gu, ' snooze '],
  // German
  [/\bwas (ist|is) (denn )?(hier |da )?(los|passiert|kaputt)\b|\bwas geht (hier )?ab\b/giu, 'what happened'],
  [/\bwarum\b|\bwieso\b|\bweshalb\b/giu, 'why'],
  [
    /\b(ist|läuft) (es|das) (noch|immer noch) (kaputt|da|an)\b|\b(immer )?noch (kaputt|da|aktiv)\b|\bist (es|das) (jetzt |schon )?(behoben|vorbei|gelöst)\b|\bgeht es wieder\b/giu,
    'is it still happening',
  ],
  [
    /\b(ich )?(schaue?|guck(e)?) (es )?(mir )?(das )?(an|rein)\b|\bich (kümmere mich|übernehme|mach(e)? das|bin dran)\b|\bbin dran\b|\bverstanden\b/giu,
    'on it',
  ],
  [/\bfehlalarm\b|\bfalscher alarm\b/giu, 'false alarm'],
  [
    /\b(erstelle?|mach(e)?|öffne|leg(e)?) (bitte )?(ein|eine|einen) (neues |neue )?(jira[- ]?)?(ticket|task|aufgabe)( an)?\b/giu,
    'create a ticket',
  ],
  [/\b(und )?weise? (es|das) (an )?(?=\p{L})/giu, 'assign it to '],
  [/\bfür (?=\p{Lu})/gu, 'for '],
  [/\bzeig(e)?( mir)?( bitte)?( die| das)? (logs?|protokolle?)\b/giu, 'show me the logs'],
  [/\bwas (hat sich geändert|wurde geändert)\b/giu, 'what changed'],
  [/\bwer (hat )?(deployed|deployt|ausgerollt)\b/giu, 'who deployed'],
  [/\bwas soll(te)? ich (zuerst )?(tun|machen)\b/giu, 'what should I do first'],
  [/\bseit wann\b/giu, 'since when'],
  [/\bwie schlimm\b|\bsind kunden betroffen\b/giu, 'how bad is it'],
  [/\bist die datenbank (down|weg|kaputt|erreichbar)\b/giu, 'is the database down'],
  [/\bhilfe\b/giu, 'help'],
  [/\bdanke( schön)?\b/giu, 'thanks'],
  [/\bwer (kümmert sich|ist dran)\b/giu, 'who is on it'],
  // Spanish
  [/¿?\bqu[eé] (pasa|pasó|ocurre|sucede|ha pasado)\b\??/giu, 'what happened'],
  [/¿?\bpor ?qu[eé](?!\p{L})\??/giu, 'why'],
  [
    /¿?\b(sigue|todav[ií]a|a[uú]n) (pasando|fallando|falla|ca[ií]do|ocurriendo)\b\??|¿?\best[aá] (arreglado|resuelto|solucionado)\b\??/giu,
    'is it still happening',
  ],
  [/\b(estoy en ello|lo veo|yo me encargo|lo tengo|entendido|recibido)\b/giu, 'on it'],
  [/\bfalsa alarma\b/giu, 'false alarm'],
  [/\b(crea|abre|haz) (un|una) (nuevo |nueva )?(ticket|tarea|incidencia)\b/giu, 'create a ticket'],
  [/\by as[ií]gna(lo|la) a\b/giu, 'and assign it to'],
  [/\b(mu[eé]strame|ens[eé][ñn]ame|ver) los? (logs?|registros?)\b/giu, 'show me the logs'],
  [/¿?\bqu[eé] (ha )?(cambi[oó]|cambiado)(?!\p{L})\??/giu, 'what changed'],
  [/¿?\bqu[eé] (debo|deber[ií]a|tengo que) hacer\b\??/giu, 'what should I do first'],
  [/¿?\bdesde cu[aá]ndo\b\??/giu, 'since when'],
  [/¿?\bqu[eé] tan (grave|malo)\b\??/giu, 'how bad is it'],
  [/\bayuda\b/giu, 'help'],
  [/\bgracias\b/giu, 'thanks'],
  [/¿?\bqui[eé]n (est[aá]|se encarga)\b.*$/giu, 'who is on it'],
  // Hindi in Latin script
  [/\bkya (hua|ho raha|ho rha|chal raha|problem) (hai|h)?\b|\bkya hua\b/giu, 'what happened'],
  [/\bkyu?n?\b|\bkyon\b/giu, 'why'],
  [
    /\b(abhi bhi|abhi tak|ab bhi) (ho raha|ho rha|fail|down|chal)\b.*$|\b(theek|thik) (hua|ho gaya|hai)( kya)?\b/giu,
    'is it still happening',
  ],
  [/\b(main|mai|me) (dekh(ta|ti)?|dekh raha|dekh rahi|kar raha|kar rahi) (hu|hoon|hun)\b|\bdekh (raha|rahi) (hu|hoon|hun)\b/giu, 'on it'],
  [/\bgalat alarm\b/giu, 'false alarm'],
  [/\b(ek )?(jira |ticket )(bana( ?do)?|banao|banado|bna do|khol( ?do)?)\b/giu, 'create a ticket'],
  [/\b(\p{L}+) ko (assign|de) (karo|kar do|kardo|do)\b/giu, 'and assign it to $1'],
  [/\b(logs?) (dikhao|dikha do|bhejo)\b/giu, 'show me the logs'],
  [/\bkya (badla|change hua|badal gaya)\b/giu, 'what changed'],
  [/\b(kya|ab kya) (karu|karun|karna hai|karu?n)\b/giu, 'what should I do first'],
  [/\bkab se\b/giu, 'since when'],
  [/\bmadad\b/giu, 'help'],
  [/\b(dhanyavaad|shukriya|dhanyawad)\b/giu, 'thanks'],
  [/\bkaun dekh (raha|rha)\b.*$/giu, 'who is on it'],
]

/** The same message in the words that the intents know. */
export function inEnglish(text: string): string {
  return PHRASES.reduce((all, [from, to]) => all.replace(from, to), text).trim()
}
