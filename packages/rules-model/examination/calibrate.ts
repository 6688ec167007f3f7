// Fits src/engine/calibration.json and prints how far claims and truth are apart: pnpm --filter @oncall-lab/rules-model run calibrate [--keep]; `--keep` fits nothing.
import { readFileSync, writeFileSync } from 'node:fs'
import type { Diagnosis } from '@oncall-lab/on-call-agent/api'
import type { Calibration, Grounds } from '../src/engine/confidence.ts'
import { TRUTHS } from '../test-parts/recorded-truths.ts'
import { investigateRecording, readRecording } from '../test-parts/replay.ts'
import { claims, crossValidated, describeClaims, type Example, fit } from './calibration-fit.ts'
import { grade, groundsIn, type Result, run, SCENES } from './examine.ts'
import { LATER_UNLISTED } from './unlisted/later-scenes.ts'
import { MORE_UNLISTED } from './unlisted/more-scenes.ts'
import { STRANGE_UNLISTED } from './unlisted/strange-scenes.ts'
import { UNLISTED_SCENES } from './unlisted/unlisted-scenes.ts'
import { WHOLE_UNLISTED } from './unlisted/whole-scenes.ts'

/**
 * On the scenes for tuning and on the recordings of running labs (drills and others), each with every function whole and with each function failing in turn.
 */
const FUNCTIONS = ['fetch_logs', 'compute_error_rate', 'query_prometheus', 'list_instances', 'fetch_code_from_github']
const fails = { code: 'upstream_unreachable', message: 'it cannot be reached', times: Number.POSITIVE_INFINITY }
const SEEDS = [101, 211, 307]

interface Told extends Example {
  isRecorded: boolean
  failing: string | undefined
}

/** Where the engine does not commit itself there is nothing to be confident of. */
function told(
  { diagnosis, grounds, verdict }: { diagnosis: Diagnosis; grounds: Grounds; verdict: Result['verdict'] },
  about: Omit<Told, 'grounds' | 'right'>,
): Told[] {
  return ['unknown', 'out_of_sight'].includes(diagnosis.cause ?? 'unknown') ? [] : [{ ...about, grounds, right: verdict === 'right' }]
}

const scenes = SCENES.filter(({ heldOut }) => !heldOut).flatMap((scene) =>
  SEEDS.flatMap((seed) =>
    [undefined, ...FUNCTIONS].flatMap((failing) =>
      told(run(scene, seed, failing === undefined ? {} : { [failing]: fails }), { group: scene.id, isRecorded: false, failing }),
    ),
  ),
)
const recordings = Object.entries(TRUTHS).flatMap(([name, { causes, on, recovered = false }]) =>
  [undefined, ...FUNCTIONS].flatMap((failing) => {
    const { messages, diagnosis } = investigateRecording(readRecording(name), failing)
    const verdict = grade(diagnosis, { causes, recovered, ...(on && { instances: on }) })
    return told({ diagnosis, grounds: groundsIn({ messages }), verdict }, { group: name, isRecorded: true, failing })
  }),
)
const examples = [...scenes, ...recordings]
const unlisted = [...UNLISTED_SCENES, ...MORE_UNLISTED, ...WHOLE_UNLISTED, ...LATER_UNLISTED, ...STRANGE_UNLISTED].flatMap((scene) =>
  told(run({ ...scene, heldOut: true }, 101), { group: scene.id, isRecorded: false, failing: undefined }),
)

const FILE = new URL('../src/engine/calibration.json', import.meta.url)
const fitted = process.argv.includes('--keep') ? (JSON.parse(readFileSync(FILE, 'utf8')) as Calibration) : fit(examples) // Written by this file.
writeFileSync(FILE, `${JSON.stringify(fitted, null, 2)}\n`)

const part = (name: string, fits: (example: Told) => boolean) => describeClaims(name, claims(examples.filter(fits), fitted))
const lines = [
  '| diagnoses that commit themselves | number | right | mean confidence | confidently wrong | Brier | calibration error |',
  '|---|---|---|---|---|---|---|',
  part('all', () => true),
  describeClaims('all, each by a fit on other scenes and recordings (five parts)', crossValidated(examples)),
  part('every function works', ({ failing }) => failing === undefined),
  part('one function fails', ({ failing }) => failing !== undefined),
  part('scenes', ({ isRecorded }) => !isRecorded),
  part('recordings', ({ isRecorded }) => isRecorded),
  describeClaims('recordings, by a fit on the scenes alone', claims(recordings, fit(scenes))),
  describeClaims('causes that no family was built for, none of them in the fit', claims(unlisted, fitted)),
  part('recordings, every function works', ({ isRecorded, failing }) => isRecorded && failing === undefined),
]
process.stdout.write(`${lines.join('\n')}\n${JSON.stringify(fitted)}\n`)
