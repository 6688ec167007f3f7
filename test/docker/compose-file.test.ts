import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { docker } from './compose.ts'

interface ComposeModel {
  services: Record<string, { image: string; environment?: Record<string, string> }>
}

let directory: string

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'oncall-lab-compose-'))
  await copyFile(fileURLToPath(new URL('../../docker-compose.yaml', import.meta.url)), join(directory, 'docker-compose.yaml'))
})
afterAll(() => rm(directory, { recursive: true }))

async function readModel(): Promise<ComposeModel> {
  const { code, stdout, stderr } = await docker(
    'compose',
    '--project-directory',
    directory,
    '-f',
    join(directory, 'docker-compose.yaml'),
    '--profile',
    'once',
    'config',
    '--format',
    'json',
  )
  expect([code, stderr]).toEqual([0, ''])
  return JSON.parse(stdout) as ComposeModel // Compose's documented output.
}

describe('docker-compose.yaml', () => {
  it('is valid, without a warning and without an .env', async () => {
    const { services } = await readModel()
    expect(services['on-call-agent']?.environment).not.toHaveProperty('OPENAI_API_KEY')
  })

  it('pins every image that is not ours to a full version', async () => {
    const images = Object.values((await readModel()).services).map(({ image }) => image)
    for (const image of images.filter((image) => image !== 'oncall-lab')) expect(image).toMatch(/^[\w./-]+:(v\d+\.\d+\.\d+|18\.\d+)$/)
  })

  it('hands an .env to the agent and to no other service', async () => {
    await writeFile(join(directory, '.env'), 'OPENAI_API_KEY=key-of-the-test # a comment\nJIRA_URL=https://jira.example\n')
    for (const [service, { environment = {} }] of Object.entries((await readModel()).services)) {
      const given = [environment.OPENAI_API_KEY, environment.JIRA_URL]
      expect([service, ...given]).toEqual([
        service,
        ...(service === 'on-call-agent' ? ['key-of-the-test', 'https://jira.example'] : [undefined, undefined]),
      ])
    }
  })
})
