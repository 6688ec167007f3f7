import type { Facts } from '../facts/facts.ts'
import type { Quote } from '../quote.ts'
import { excerpt } from '../wording.ts'
import { mainSymptoms, type Verdict } from './judge.ts'

const MOST = 4
/** From this probability on a cause is not ruled out. */
const STILL_POSSIBLE = 0.08

/** One of them in words, with what the words rest on. */
interface Alternative {
  says: string
  quotes: Quote[]
}

/** Other causes that were considered, and what speaks against each: those that are still possible first, then those that would explain the alert. */
export function alternativesTo(facts: Facts, others: Verdict[]): Alternative[] {
  const alerted = mainSymptoms(facts)
  const relevant = others.filter(({ family, assessment }) => {
    const fits = alerted.size === 0 || family.explains.some((symptom) => alerted.has(symptom))
    return fits && family.explains.length < 7 && (assessment.for.length > 0 || assessment.against.length > 0)
  })
  const possible = relevant.filter(({ probability }) => probability >= STILL_POSSIBLE)
  const ruledOut = relevant
    .filter((verdict) => !possible.includes(verdict) && verdict.assessment.against.length > 0)
    .sort((a, b) => interest(b) - interest(a))
  const chosen = [...possible, ...ruledOut].slice(0, MOST)
  return chosen.map((verdict) => {
    const { assessment } = verdict
    const isPossible = possible.includes(verdict)
    const used = isPossible ? assessment.for.slice(0, 1) : assessment.against.slice(0, 2)
    return { says: excerpt(sayOne(verdict, isPossible), 300), quotes: used.flatMap(({ seen }) => seen.quote ?? []) }
  })
}

/** What had the most for it and still fell is what a reader thinks of first. */
function interest({ assessment }: Verdict): number {
  return (assessment.for[0]?.weight ?? 0) - (assessment.against[0]?.weight ?? 0) / 4
}

function sayOne({ family, assessment }: Verdict, possible: boolean): string {
  const against = assessment.against.slice(0, 2).map(({ seen }) => seen.says)
  if (possible) return `Possible too: ${family.name} (${assessment.for[0]?.seen.says ?? 'little speaks against it'})`
  return `Ruled out: ${family.name} (${against.join('; ')})`
}
