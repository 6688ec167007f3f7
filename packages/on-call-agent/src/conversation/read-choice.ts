import { dictionary } from '@oncall-lab/service-kit/dictionary'
import { plainWords } from './clauses.ts'

/** One of several people who were offered by number: what had been typed before, and the label of the one who is meant. */
export interface Choice {
  typed: string
  label: string
}

/** Words beside a number that leave it an answer: "the 2nd one please". */
const BESIDE = /^(the|one|number|no|nr|nummer|numero|ok|okay|please|bitte|por|favor|take|use|nimm|die|der|den|el|la|it|is)$/
const ORDINALS = dictionary<number>({
  first: 1,
  second: 2,
  third: 3,
  erste: 1,
  ersten: 1,
  zweite: 2,
  zweiten: 2,
  dritte: 3,
  dritten: 3,
  primero: 1,
  primera: 1,
  segundo: 2,
  segunda: 2,
  pehla: 1,
  dusra: 2,
})

/** The person whom a bare number means; `askedWho` is what the person was told: `"lena" can be 1. … or 2. …; nothing was created`. */
export function readChoice(text: string, askedWho: string): Choice | undefined {
  const said = plainWords(text).filter((word) => !BESIDE.test(word))
  const [word = '', ...more] = said
  if (more.length > 0) return undefined
  const digits = /^(\d{1,2})(st|nd|rd|th)?$/.exec(word)?.[1]
  const number = digits === undefined ? ORDINALS[word] : Number(digits)
  const typed = /"?([^"]{1,100})"? can be 1\. /.exec(askedWho.replaceAll('\\"', '"'))?.[1]
  if (number === undefined || typed === undefined) return undefined
  const offered = askedWho.slice(askedWho.indexOf(' can be 1. ') + ' can be '.length).split('; nothing was created', 1)[0] ?? ''
  const label = offered.split(/(?:^| or )\d{1,2}\. /).filter((each) => each !== '')[number - 1]
  return label === undefined ? undefined : { typed, label }
}
