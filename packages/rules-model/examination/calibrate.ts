import { writeFileSync } from 'node:fs'
import { type Calibration, confidenceOf } from '../src/engine/confidence.ts'
import { TRUTHS } from '../test-parts/recorded-truths.ts'
import { investigateRecording, readRecording } from '../test-parts/replay.ts'
import { grade, groundsIn, run, SCENES } from './examine.ts'

/**
 * Fits src/engine/calibration.json on the scenes for tuning and on the recordings of running labs (drills and others), each with every function whole and with each function
 * failing in turn. A logistic regression with a pull towards more doubt than the scenes ask for: they are few, and easier than a running system.
 */
const FUNCTIONS = ['fetch_logs', 'compute_error_rate', 'query_prometheus', 'list_instances', 'fetch_code_from_github']
const fails = { code: 'upstream_unreachable', message: 'it cannot be reached', times: Number.POSITIVE_INFINITY }
const SEEDS = [101, 211, 307]
const PULL = 35

const examples = SCENES.filter(({ heldOut }) => !heldOut).flatMap((scene) =>
  SEEDS.flatMap((seed) => [{}, ...FUNCTIONS.map((name) => ({ [name]: fails }))].map((broken) => run(scene, seed, broken))),
)
const recorded = Object.entries(TRUTHS).flatMap(([name, { causes, on, recovered = false }]) =>
  [undefined, ...FUNCTIONS].map((failing) => {
    const { messages, diagnosis } = investigateRecording(readRecording(name), failing)
    return { diagnosis, grounds: groundsIn({ messages }), verdict: grade(diagnosis, { causes, recovered, ...(on && { instances: on }) }) }
  }),
)
/** Where the engine does not commit itself there is nothing to be confident of. */
const committed = [...examples, ...recorded].filter(({ diagnosis }) => !['unknown', 'out_of_sight'].includes(diagnosis.cause ?? 'unknown'))
const committedRecordings = committed.filter((each) => (recorded as unknown[]).includes(each)).length
const rows = committed.map(({ grounds, verdict }) => ({ grounds, right: verdict === 'right' }))

const START: Calibration = { intercept: 0.5, slope: 0.8, perUnexplained: -0.8, perFailed: -0.35, ceiling: 0.95 }

function loss(calibration: Calibration): number {
  const logLoss = rows.reduce(
    (sum, { grounds, right }) =>
      sum - Math.log(Math.max(1e-6, right ? confidenceOf(grounds, calibration) : 1 - confidenceOf(grounds, calibration))),
    0,
  )
  const away = (['intercept', 'slope', 'perUnexplained', 'perFailed'] as const).reduce(
    (sum, name) => sum + (calibration[name] - START[name]) ** 2,
    0,
  )
  return logLoss + PULL * away
}

/** Coordinate descent with shrinking steps: four numbers need no more. */
function fit(): Calibration {
  let best = START
  for (let step = 0.4; step > 0.01; step /= 2)
    for (let round = 0; round < 12; round += 1)
      for (const name of ['intercept', 'slope', 'perUnexplained', 'perFailed'] as const)
        for (const move of [step, -step]) {
          const next = { ...best, [name]: Number((best[name] + move).toFixed(4)) }
          if (next.slope > 0.2 && next.perUnexplained <= 0 && next.perFailed <= 0 && loss(next) < loss(best)) best = next
        }
  return best
}

const BINS = 10
const CONFIDENT = 0.7
type Rows = typeof rows

const brier = (of: Rows, calibration: Calibration) =>
  of.reduce((sum, { grounds, right }) => sum + (confidenceOf(grounds, calibration) - Number(right)) ** 2, 0) / of.length

/** How far confidence and the part that is right are apart, over bins of confidence, each as heavy as it is full. */
function calibrationError(of: Rows, calibration: Calibration): number {
  const bins = Map.groupBy(of, ({ grounds }) => Math.min(BINS - 1, Math.floor(confidenceOf(grounds, calibration) * BINS)))
  return [...bins.values()].reduce((sum, bin) => {
    const confidence = bin.reduce((total, { grounds }) => total + confidenceOf(grounds, calibration), 0)
    return sum + Math.abs(confidence - bin.filter(({ right }) => right).length) / of.length
  }, 0)
}

function describe(name: string, of: Rows, calibration: Calibration): string {
  const wrong = of.filter(({ grounds, right }) => !right && confidenceOf(grounds, calibration) >= CONFIDENT)
  return `${name}: ${of.length} committed, ${of.filter(({ right }) => right).length} right, ${wrong.length} confidently wrong; Brier ${brier(of, calibration).toFixed(3)}, calibration error ${calibrationError(of, calibration).toFixed(3)}\n`
}

const fitted = fit()
writeFileSync(new URL('../src/engine/calibration.json', import.meta.url), `${JSON.stringify(fitted, null, 2)}\n`)
process.stdout.write(
  `${describe('before the fit', rows, START)}${describe('after it', rows, fitted)}${describe('of these the recordings', rows.slice(-committedRecordings), fitted)}${JSON.stringify(fitted)}\n`,
)
