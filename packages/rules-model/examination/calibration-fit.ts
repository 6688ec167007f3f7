import { type Calibration, confidenceOf, type Grounds } from '../src/engine/confidence.ts'

/** A diagnosis that commits itself: what it rests on, and whether it is right. Those of one group share a scene or a recording. */
export interface Example {
  group: string
  grounds: Grounds
  right: boolean
}

/** What was claimed of an example, 0..1. */
export interface Claim {
  confidence: number
  right: boolean
}

const START: Calibration = { intercept: 0.5, slope: 1.2, perUnexplained: -0.8, perFailed: -0.35, ceiling: 0.95 }
/** Towards more doubt than the scenes ask for: they are few, and easier than a running system. */
const PULL = 10
const FITTED = ['intercept', 'slope', 'perUnexplained', 'perFailed'] as const

function loss(examples: readonly Example[], calibration: Calibration): number {
  const logLoss = claims(examples, calibration).reduce(
    (sum, { confidence, right }) => sum - Math.log(Math.max(1e-6, right ? confidence : 1 - confidence)),
    0,
  )
  return logLoss + PULL * FITTED.reduce((sum, name) => sum + (calibration[name] - START[name]) ** 2, 0)
}

/** Below it what is unlikely would be claimed more often; and of that only what was claimed all the same, and mostly rightly, is among the examples. */
const LEAST_SLOPE = 1.2

/** A logistic regression by coordinate descent with shrinking steps: four numbers need no more. */
export function fit(examples: readonly Example[]): Calibration {
  let best = START
  for (let step = 0.4; step > 0.01; step /= 2)
    for (let round = 0; round < 12; round += 1)
      for (const name of FITTED)
        for (const move of [step, -step]) {
          const next = { ...best, [name]: Number((best[name] + move).toFixed(4)) }
          if (next.slope >= LEAST_SLOPE && next.perUnexplained <= 0 && next.perFailed <= 0 && loss(examples, next) < loss(examples, best))
            best = next
        }
  return best
}

/** What a calibration claims of them. */
export const claims = (examples: readonly Example[], calibration: Calibration): Claim[] =>
  examples.map(({ grounds, right }) => ({ confidence: confidenceOf(grounds, calibration), right }))

/** What each is claimed by a fit on the groups of the other folds alone: out of sample for the four numbers, though not for the weights of the families. */
export function crossValidated(examples: readonly Example[], folds = 5): Claim[] {
  const groups = [...new Set(examples.map(({ group }) => group))]
  const foldOf = (example: Example) => groups.indexOf(example.group) % folds
  return Array.from({ length: folds }, (_, fold) => fold).flatMap((fold) =>
    claims(
      examples.filter((example) => foldOf(example) === fold),
      fit(examples.filter((example) => foldOf(example) !== fold)),
    ),
  )
}

const BINS = 10
const CONFIDENT = 0.7

/** How far confidence and the part that is right are apart, over bins of confidence, each as heavy as it is full. */
function calibrationError(of: readonly Claim[]): number {
  const bins = Map.groupBy(of, ({ confidence }) => Math.min(BINS - 1, Math.floor(confidence * BINS)))
  return [...bins.values()].reduce((sum, bin) => {
    const claimed = bin.reduce((total, { confidence }) => total + confidence, 0)
    return sum + Math.abs(claimed - bin.filter(({ right }) => right).length) / of.length
  }, 0)
}

/** A row of the table of calibrations. */
export function describeClaims(name: string, of: readonly Claim[]): string {
  const wrong = of.filter(({ confidence, right }) => !right && confidence >= CONFIDENT)
  const brier = of.reduce((sum, { confidence, right }) => sum + (confidence - Number(right)) ** 2, 0) / of.length
  const mean = of.reduce((sum, { confidence }) => sum + confidence, 0) / of.length
  const right = of.filter((claim) => claim.right).length
  return `| ${name} | ${of.length} | ${((100 * right) / of.length).toFixed(0)} % | ${mean.toFixed(2)} | ${wrong.length} | ${brier.toFixed(3)} | ${calibrationError(of).toFixed(3)} |`
}
