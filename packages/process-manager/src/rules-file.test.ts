import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { RulesFile } from './rules-file.ts'

it("writes the team's rule beside the targets, compared with all instances or with one, and takes it away", async () => {
  const directory = mkdtempSync(join(tmpdir(), 'rules-file-'))
  using cleanUp = new DisposableStack()
  cleanUp.defer(() => rmSync(directory, { recursive: true }))
  const rules = new RulesFile(join(directory, 'targets.json'), 60, (error) => expect.fail(String(error)))
  const expressions = () => {
    const { groups } = JSON.parse(readFileSync(join(directory, 'rules', 'team.yaml'), 'utf8'))
    return groups.flatMap((group: { rules: { expr: string }[] }) => group.rules.map(({ expr }) => expr))
  }
  await rules.write('by_average', '127.0.0.1:8003')
  expect(expressions()).toEqual([expect.stringMatching(/^max\(.*\) \/ avg\(.*\) > 3$/)])
  await rules.write('by_instance', '127.0.0.1:8003')
  expect(expressions()).toEqual([expect.stringContaining('instance="127.0.0.1:8003"}[60s])) or vector(0)) > 3')])
  await rules.write('none', '127.0.0.1:8003')
  expect(expressions()).toEqual([])
})
