const SHOWN = 240
/** Longer statements are cut before they are read. */
const READ = 4_000
const QUOTED = /'(?:[^'\\]|''|\\.)*(?:'|$)|\$([A-Za-z_]\w{0,30})?\$[\s\S]*?(?:\$\1\$|$)|--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/g

/** A statement on one line without literals and comments: what customers typed stays in the database. */
export function maskLiterals(statement: string): string {
  const masked = statement
    .slice(0, READ)
    .replace(QUOTED, (found) => (found.startsWith('--') || found.startsWith('/*') ? ' ' : '?'))
    .replace(/(?<![\w$.])\d[\d.]*(?:e[+-]?\d+)?/gi, '?')
    .replace(/\s+/g, ' ')
    .trim()
  return masked.length <= SHOWN ? masked : `${masked.slice(0, SHOWN - 1).toWellFormed()}…`
}
