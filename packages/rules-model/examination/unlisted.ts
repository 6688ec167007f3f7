// Plays the causes that no family was built for and prints the table: `pnpm --filter @oncall-lab/rules-model run examine-unlisted [--more|--whole|--later|--strange|--stranger-later] [--wrong]`; `--more`: the second list, `--whole`: the third, `--later`: the fourth, `--strange`: the fifth, `--stranger-later`: the sixth.
import { type Result, run } from './examine.ts'
import { LATER_UNLISTED } from './unlisted/later-scenes.ts'
import { MORE_UNLISTED } from './unlisted/more-scenes.ts'
import { STRANGE_UNLISTED } from './unlisted/strange-scenes.ts'
import { STRANGER_LATER } from './unlisted/stranger-later.ts'
import { UNLISTED_SCENES } from './unlisted/unlisted-scenes.ts'
import { WHOLE_UNLISTED } from './unlisted/whole-scenes.ts'

const listed = (option: string, scenes: typeof UNLISTED_SCENES) => (process.argv.includes(option) ? scenes : undefined)
const scenes =
  listed('--stranger-later', STRANGER_LATER) ??
  listed('--strange', STRANGE_UNLISTED) ??
  listed('--later', LATER_UNLISTED) ??
  listed('--whole', WHOLE_UNLISTED) ??
  listed('--more', MORE_UNLISTED) ??
  UNLISTED_SCENES
const SEEDS = [13, 29, 43, 61, 71]
const results = scenes.flatMap((scene) => SEEDS.map((seed) => run({ ...scene, heldOut: true }, seed)))

/** What stands in no result, and a cause that it is not, said as one. */
const saysFalse = ({ falseFigures, verdict }: Result) => falseFigures.length > 0 || verdict === 'wrong'
const share = (rows: Result[], fits: (row: Result) => boolean) => `${((100 * rows.filter(fits).length) / rows.length).toFixed(0)} %`
const row = (name: string, rows: Result[]) =>
  `| ${name} | ${rows.length} | ${share(rows, ({ verdict }) => verdict === 'right')} | ${share(rows, ({ verdict }) => verdict === 'wrong')} | ${share(rows, ({ confidentlyWrong }) => confidentlyWrong)} | ${share(rows, ({ verdict }) => verdict === 'abstained')} | ${share(rows, saysFalse)} | ${[...new Set(rows.map(({ diagnosis }) => `${diagnosis.cause} ${diagnosis.confidence.toFixed(1)}`))].slice(0, 3).join(', ')} |`

const lines = [
  '| cause | runs | right | wrong | confidently wrong | abstained | false sentences | said |',
  '|---|---|---|---|---|---|---|---|',
  row(`all ${scenes.length}`, results),
  ...scenes.map(({ id }) =>
    row(
      id,
      results.filter(({ scene }) => scene.id === id),
    ),
  ),
]
process.stdout.write(`${lines.join('\n')}\n`)
if (process.argv.includes('--wrong'))
  for (const { scene, seed, verdict, diagnosis, falseFigures } of results.filter(
    (result) => saysFalse(result) || result.verdict === 'abstained',
  ))
    process.stdout.write(
      `\n${scene.id} (${seed}): ${verdict}, ${diagnosis.status} ${diagnosis.cause} ${diagnosis.confidence}; false: ${falseFigures.join(' ')}\n  ${diagnosis.root_cause}\n`,
    )
