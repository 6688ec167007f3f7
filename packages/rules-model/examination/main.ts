import { type Result, run, SCENES } from './examine.ts'

const SEEDS = [11, 23, 37, 41, 59]
const results = SCENES.flatMap((scene) => SEEDS.map((seed) => run(scene, seed)))
const share = (part: number, of: number) => `${((100 * part) / Math.max(of, 1)).toFixed(0)} %`
const count = (rows: Result[], fits: (row: Result) => boolean) => rows.filter(fits).length

function row(name: string, rows: Result[]): string {
  const of = (fits: (result: Result) => boolean) => share(count(rows, fits), rows.length)
  return `| ${name} | ${rows.length} | ${of(({ verdict }) => verdict === 'right')} | ${of(({ verdict }) => verdict === 'wrong')} | ${of(({ confidentlyWrong }) => confidentlyWrong)} | ${of(({ verdict }) => verdict === 'abstained')} | ${of(({ falseFigures }) => falseFigures.length > 0)} |`
}

const head = (first: string) =>
  `| ${first} | runs | right | wrong | confidently wrong | abstained | with a false figure |\n|---|---|---|---|---|---|---|`
const lines = [
  head('part'),
  row(
    'for tuning',
    results.filter(({ scene }) => !scene.heldOut),
  ),
  row(
    'held out',
    results.filter(({ scene }) => scene.heldOut),
  ),
  row(
    'causes without a family',
    results.filter(({ scene }) => scene.unlisted),
  ),
  row('all', results),
  '',
  head('scene (* held out)'),
  ...SCENES.map((scene) =>
    row(
      `${scene.id}${scene.heldOut ? ' *' : ''}`,
      results.filter((result) => result.scene.id === scene.id),
    ),
  ),
  '',
  `Calls: ${(results.reduce((sum, { calls }) => sum + calls, 0) / results.length).toFixed(1)} an investigation; ${(results.reduce((sum, { ms }) => sum + ms, 0) / results.length).toFixed(0)} ms of the model's own time, ${Math.max(...results.map(({ ms }) => ms)).toFixed(0)} ms at most.`,
]
process.stdout.write(`${lines.join('\n')}\n`)

if (process.argv.includes('--wrong'))
  for (const { scene, seed, verdict, diagnosis, falseFigures } of results.filter(
    (result) => result.verdict !== 'right' || result.falseFigures.length > 0,
  ))
    process.stdout.write(
      `\n${scene.id} (${seed}${scene.heldOut ? ', held out' : ''}): ${verdict}, said ${diagnosis.status} ${diagnosis.cause} ${diagnosis.confidence} on ${diagnosis.instances?.join()}; false: ${falseFigures.join(' ')}\n  ${diagnosis.root_cause}\n`,
    )
