/** How severe a word is: a greater number is worse. */
export type SeverityRank = (severity: string) => number

/** Ranks from the mildest to the worst, with the words for each. */
export const DEFAULT_SEVERITIES =
  'none|ok|debug, info|informational|information|notice|low|p4|p5|sev4|sev5, warning|warn|minor|medium|moderate|p3|sev3, ' +
  'error|err|major|high|severe|p2|sev2, critical|crit|fatal|emergency|alert|page|disaster|blocker|urgent|p1|p0|sev1|sev0'

/** The words of ALERT_SEVERITIES: ranks by commas, words of one rank by `|`. Case does not count. A word that is not listed ranks with the worst: a page must not be lost to a spelling. */
export function readSeverities(text: string = DEFAULT_SEVERITIES): SeverityRank {
  const ranks = text.split(',').map((words) => words.split('|').map(folded))
  const rankOf = new Map(ranks.flatMap((words, rank) => words.filter(Boolean).map((word): [string, number] => [word, rank])))
  const worst = Math.max(0, ranks.length - 1)
  return (severity) => rankOf.get(folded(severity)) ?? worst
}

/** Whether nothing ranks above it. */
export const isWorst = (rank: SeverityRank, severity: string) => rank(severity) >= rank('')

const folded = (word: string) => word.trim().toLowerCase()
