import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { createHttpClient } from '@oncall-lab/service-kit/http-client'
import { composeDatabase } from './database.ts'
import type { Lab } from './lab.ts'
import type { AgentHealth } from './vendors.ts'

/** What a person needs once the lab is up: addresses, who is real, what to try next. */
export async function describeLab(lab: Lab): Promise<string[]> {
  const { book } = lab
  const offset = book.offset === 0 ? '' : ` --port-offset ${book.offset}`
  return [
    '',
    `  shop           ${book.url('loadBalancer')}   (load balancer over inventory)`,
    `  on-call agent  ${book.url('agent')}`,
    `  phone          ${book.url('standIns')}   (WhatsApp, and the stand-ins for Jira and GitHub)`,
    `  Prometheus     ${book.url('prometheus')}`,
    `  Alertmanager   ${book.url('alertmanager')}`,
    '',
    ...[...(await askVendors(lab)), composeDatabase(lab).description].map((line) => `  ${line}`),
    ...(await describeWorkTree(lab)),
    '',
    'Try:',
    ...[
      [`traffic${offset}`, 'customers, for two minutes'],
      [`fault errors --p-error 0.8${offset}`, 'break it; a page comes within half a minute'],
      [`fault none${offset}`, 'mend it'],
      [`lab status${offset}`, 'what runs, and its memory'],
      [`lab logs on-call-agent --follow${offset}`, 'one part at work'],
      [`lab down${offset}`, 'the end'],
    ].map(([command = '', what]) => `  npx -y pnpm@12 ${command.padEnd(36 + offset.length)}  ${what}`),
  ]
}

async function askVendors({ book }: Lab): Promise<string[]> {
  await using agent = createHttpClient({ name: 'The on-call agent', baseUrl: book.url('agent'), timeoutMs: 2_000 })
  return await agent.get<AgentHealth>('/healthz').then(
    ({ vendors }) => vendors,
    () => ['the on-call agent does not answer'],
  )
}

/** The agent reads the repository at the running commit; says so where the work tree has something else. */
async function describeWorkTree({ directory, env }: Lab): Promise<string[]> {
  if (env.GITHUB_OWNER) return []
  try {
    const { stdout } = await promisify(execFile)('git', ['status', '--porcelain', '--untracked-files=no'], { cwd: directory.root })
    return stdout.trim()
      ? ['', '  The work tree differs from the last commit: the agent reads the code of the commit, the instances run the work tree.']
      : []
  } catch {
    return [] // No git, or no repository: then the stand-in for GitHub says what it serves.
  }
}
