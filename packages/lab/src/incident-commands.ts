import { createWriteStream, existsSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { resolve } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { BundleList } from '@oncall-lab/on-call-agent/api'
import { describeError } from '@oncall-lab/service-kit/errors'
import type { Command, Option } from 'commander'
import { request } from 'undici'
import { agentToken, callAgent } from './agent-access.ts'
import { bundlePage } from './bundle-page.ts'
import { CliError } from './cli-error.ts'
import type { Lab } from './lab.ts'
import { isUnreachable, notAnswering } from './not-answering.ts'

const MADE_WITHIN_MS = 60_000

interface IncidentCommandsOptions {
  openLab: (offset: number) => Lab
  /** Makes `--port-offset`. */
  offset: () => Option
  say: (line: string) => void
}

/** Adds `lab incident export|show|bundles`. */
export function addIncident(command: Command, { openLab, offset, say }: IncidentCommandsOptions): void {
  command
    .command('export')
    .description('write an incident as an archive: what is known of it, and what its systems show')
    .argument('<incident>', 'a ref such as I7')
    .option('-o, --output <file>', 'where to; <incident>.tar.gz here unless given')
    .option('--force', 'also over a file that is there')
    .addOption(offset())
    .action(async (incident: string, { portOffset, output, force }: { portOffset: number; output?: string; force?: true }) => {
      const file = resolve(output ?? `${incident}.tar.gz`)
      if (existsSync(file) && !force) throw new CliError(`${file} is there already; name another with --output, or add --force.`)
      await exportIncident(openLab(portOffset), incident, file)
      say(`${file}\nLook at it:  ./lab incident show ${output ?? `${incident}.tar.gz`}`)
    })
  command
    .command('show')
    .description('show an archive as a page, offline')
    .argument('<file>', 'what `lab incident export` wrote')
    .action((file: string) => {
      for (const line of readPage(file)) say(line)
    })
  command
    .command('bundles')
    .description('list the archives that the agent keeps')
    .addOption(offset())
    .action(async ({ portOffset }: { portOffset: number }) => {
      const lab = openLab(portOffset)
      await using agent = callAgent(lab, 10_000)
      const { bundles } = await agent.get<BundleList>('/api/bundles').catch((error: unknown) => {
        throw isUnreachable(error) ? notAnswering(lab, 'agent', lab.book.url('agent')) : new CliError(describeError(error))
      })
      for (const { id, status, bytes, created_at, requested_by, errors } of bundles)
        say(
          `${created_at}  ${status.padEnd(8)} ${String(bytes ?? '').padStart(9)}  ${id}  for ${requested_by}${errors.length > 0 ? `, ${errors.length} missing` : ''}`,
        )
      if (bundles.length === 0) say('There is none yet.')
    })
}

function readPage(file: string): string[] {
  try {
    return bundlePage(readFileSync(file))
  } catch (error) {
    throw new CliError(`${file} cannot be shown: it is nothing that \`lab incident export\` wrote (${describeError(error)})`)
  }
}

/** The file has its name only when all of it is there. @throws CliError with the agent's reason */
async function exportIncident(lab: Lab, incident: string, file: string): Promise<void> {
  const token = agentToken(lab.env)
  const url = `${lab.book.url('agent')}/api/incidents/${encodeURIComponent(incident)}/export?format=bundle`
  const headers = {
    'x-requested-by': (lab.env.USER || 'lab').replace(/[^\w@.: -]/g, '').slice(0, 60) || 'lab',
    ...(token && { authorization: `Bearer ${token}` }),
  }
  const limits = { headersTimeout: MADE_WITHIN_MS, signal: AbortSignal.timeout(MADE_WITHIN_MS) }
  const answer = await request(url, { headers, ...limits }).catch((error: unknown) => {
    if (error instanceof DOMException) throw new CliError(`The agent did not make the archive within ${MADE_WITHIN_MS / 1_000} s.`)
    throw notAnswering(lab, 'agent', lab.book.url('agent'))
  })
  if (answer.statusCode !== 200) {
    const problem: unknown = await answer.body.json().catch(() => undefined)
    const detail = typeof problem === 'object' && problem !== null && 'detail' in problem ? problem.detail : `status ${answer.statusCode}`
    throw new CliError(`The agent gave no bundle: ${detail}`)
  }
  const partial = `${file}.${process.pid}.partial`
  try {
    await pipeline(answer.body, createWriteStream(partial, { mode: 0o600, flush: true }))
    renameSync(partial, file)
  } finally {
    rmSync(partial, { force: true })
  }
}
