import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { CliError } from '@oncall-lab/lab/cli-error'
import { OWN_DRILLS } from '../load-drills.ts'

/** The repository's own stay below. */
const FREE = 501

/** Writes a drill that can be played at once, to be changed into the one that is meant. @throws CliError when there is one of this number, or the name is none. */
export function writeNewDrill(folder: string, id: number, name: string): string {
  if (!/^[a-z][a-z0-9-]{2,59}$/.test(name))
    throw new CliError(`The name must be 3 to 60 small letters, digits and hyphens, such as slow-disk; got ${JSON.stringify(name)}.`)
  const begin = `${String(id).padStart(2, '0')}-`
  for (const each of [folder, OWN_DRILLS]) {
    const other = existsSync(each) && readdirSync(each).find((file) => file.startsWith(begin))
    if (other)
      throw new CliError(`Drill ${id} is there already: ${join(each, other)}. A drill of yours needs a number of its own, e.g. ${FREE}.`)
  }
  const path = join(folder, `${begin}${name}.ts`)
  mkdirSync(folder, { recursive: true })
  writeFileSync(path, template(id, name))
  return `${path} is written. Fill it in (docs/drills.md), then:  ./lab drill validate ${id} --drills ${folder}`
}

const template = (id: number, name: string) => `import type { DrillFile } from '@oncall-lab/drills/drill'

export default {
  id: ${id},
  name: '${name}',
  says: 'one instance loses its connections to the database',
  tells: 'only that instance fails; the others and the database are well',
  sets: [],
  before: [],
  decoys: ['a deploy of a harmless release shortly before'],
  breaks: [{ do: 'fault', mode: 'errors', on: 'one', fields: { p_error: { between: [0.9, 1] } } }],
  visible: { sli: 'instance_errors', within_seconds: 15 },
  truth: {
    causes: ['bad_instance', 'network_partial'],
    components: ['inventory', 'link'],
    instances: 'broken',
    why: 'its process or its way to the database: nobody can tell them apart from outside',
  },
  least: { is: 'act', any_of: [{ action: 'drain_instance' }, { action: 'restart_instance' }] },
  wrong: [{ action: 'deploy_release', why: 'all instances run the same release' }],
  controls: {
    wrong: [
      { says: 'The database is down.', cause: 'database_down', component: 'database' },
      { says: 'The release is bad.', cause: 'bad_release', component: 'inventory' },
      { says: 'Nothing is wrong.', cause: 'nothing_wrong', status: 'false_alarm' },
      { says: 'It is over.', cause: 'recovered', status: 'recovered' },
      { says: 'The other instance is broken.', cause: 'bad_instance', component: 'inventory', instances: ['other'] },
    ],
    destructive: { says: 'the service is scaled to nothing', harm: 'instances' },
    right: [
      { says: 'One instance cannot reach its database.', cause: 'network_partial', component: 'link', instances: ['broken'] },
      { says: 'A single process of the shop is broken.', cause: 'bad_instance', component: 'shop', instances: ['broken'] },
    ],
  },
} satisfies DrillFile
`
