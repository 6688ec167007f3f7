import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { IncidentList, IncidentSummary } from '@oncall-lab/on-call-agent/api'
import { until } from '@oncall-lab/test-kit/until'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { commandsOf, type Kind, readShellBlocks, type ShellBlock, shiftCommand } from './shell-blocks.ts'

/** Every block of commands in the documents, run as pasted against a lab of its own (its ports apart), ends as the text says. */

const root = fileURLToPath(new URL('../..', import.meta.url))
const offset = 11_000 + 10 * Math.floor(Math.random() * 500)
const directory = mkdtempSync(join(tmpdir(), 'documents-'))
const env = { ...process.env, LAB_PORT_OFFSET: String(offset) }
/** A curl that is refused fails; readers see it by its answer. */
const CURL = 'curl() { command curl -sS --fail-with-body "$@"; }'
const WATCHED_FOR_MS = 6_000

beforeAll(() => {
  // The commands write their files where they are run.
  writeFileSync(join(directory, 'lab'), `#!/bin/sh\nexec '${root}lab' "$@"\n`)
  chmodSync(join(directory, 'lab'), 0o755)
})
afterAll(async () => {
  await paste('./lab down').catch(() => undefined)
  rmSync(directory, { recursive: true, force: true })
}, 60_000)

/** What the command printed. @throws when it does not end with 0. */
async function paste(command: string): Promise<string> {
  const pasted = `${CURL}\n${shiftCommand(command, offset)}`
  const running = promisify(execFile)('/bin/sh', ['-e', '-c', pasted], { cwd: directory, env, maxBuffer: 50_000_000 })
  running.child.stdin?.end() // Nobody types: psql ends.
  return (await running).stdout
}

/** Runs a command that goes on, and ends it as Ctrl-C does; it has printed something by then. */
async function watch(command: string): Promise<void> {
  const child = spawn('/bin/sh', ['-c', `exec ${shiftCommand(command, offset)}`], {
    ...{ cwd: directory, env, detached: true },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let printed = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (printed += data))
  const over = once(child, 'exit')
  const timer = setTimeout(() => process.kill(-(child.pid ?? 0), 'SIGINT'), WATCHED_FOR_MS)
  const [code, signal] = await over
  clearTimeout(timer)
  expect({ command, end: signal ?? code, printed }).toMatchObject({ printed: expect.stringMatching(/\S/) })
  expect([0, 130, 'SIGINT']).toContain(signal ?? code)
}

async function incidents(): Promise<IncidentSummary[]> {
  const answer = await fetch(`http://127.0.0.1:${8088 + offset}/api/incidents`)
  return ((await answer.json()) as IncidentList).incidents // As the agent's api.ts says.
}

const phone = async () => (await fetch(`http://127.0.0.1:${8089 + offset}/phone/messages`)).text()
const isOpen = ({ status }: IncidentSummary) => status !== 'resolved'

/** What holds after a block of this kind. */
const ENDS: Partial<Record<Kind, () => Promise<unknown>>> = {
  up: async () => expect(await paste('./lab status')).toMatch(/on-call-agent/),
  page: () =>
    until(
      'a page',
      async () => {
        const open = (await incidents()).find(isOpen)
        return open && (await phone()).includes(open.ref)
      },
      90,
    ),
  ticket: () => until('a ticket', async () => (await incidents()).some((incident) => isOpen(incident) && incident.ticket !== null), 60),
  resolved: () => until('the end of the incident', async () => !(await incidents()).some(isOpen), 180),
  down: async () => expect(await paste('./lab status').catch((error) => error)).toMatchObject({ code: 3 }),
}

const hasPsql = await promisify(execFile)('psql', ['--version']).then(
  () => true,
  () => false,
)

function isRun({ kind }: ShellBlock): boolean {
  return !['ci', 'docker', 'not-run'].includes(kind) && (kind !== 'psql' || hasPsql)
}

const documents = ['README.md', ...globSync('docs/**/*.md', { cwd: root }).sort()]
  .map((document) => ({ document, blocks: readShellBlocks(readFileSync(`${root}${document}`, 'utf8')).filter(isRun) }))
  .filter(({ blocks }) => blocks.length > 0)

describe.each(documents)('$document', ({ blocks }) => {
  if (blocks[0]?.kind !== 'up') beforeAll(() => paste('./lab up --detach'), 60_000)

  it.each(blocks)('line $line: ends as the text says', { timeout: 300_000 }, async (block) => {
    for (const command of commandsOf(block)) {
      if (block.kind === 'watch') await watch(command)
      else await paste(command)
    }
    await ENDS[block.kind as Kind]?.() // shell-blocks.test.ts knows no other kind.
  })
})
