import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { callAgent } from './agent-access.ts'
import { commandFor } from './command-line.ts'
import { composeDatabase } from './database.ts'
import type { Lab } from './lab.ts'
import { type AgentHealth, describeConnector } from './vendors.ts'
import { hasWebPage } from './web-page.ts'

/** What a person needs once the lab is up: addresses, who is real, what to try next. */
export async function describeLab(lab: Lab): Promise<string[]> {
  const [addresses, vendors, workTree] = await Promise.all([describeAddresses(lab), askVendors(lab), describeWorkTree(lab)])
  return [
    '',
    ...addresses.map((line) => `  ${line}`),
    '',
    ...[...vendors, composeDatabase(lab).description].map((line) => `  ${line}`),
    ...workTree,
    '',
    'Try:',
    ...describeCommands(lab),
  ]
}

/** One line for each address that a person opens. */
export async function describeAddresses({ book }: Lab): Promise<string[]> {
  const [prometheus, alertmanager] = await Promise.all(
    (['prometheus', 'alertmanager'] as const).map(async (name) => {
      const address = book.url(name)
      return (await hasWebPage(address)) ? address : `${address}   (API only: Debian's build without its web pages)`
    }),
  )
  return [
    `console        ${book.url('console')}   (see and break all of it)`,
    `shop           ${book.url('loadBalancer')}   (load balancer over inventory)`,
    `on-call agent  ${book.url('agent')}`,
    `gateway        ${book.url('gateway')}   (the agent for other programs: REST, MCP)`,
    `phone          ${book.url('standIns')}   (WhatsApp, and the stand-ins for Jira, ServiceNow and GitHub)`,
    `Prometheus     ${prometheus}`,
    `Alertmanager   ${alertmanager}`,
  ]
}

/** How a person gets at the fleet as a cluster. */
export function describeCluster({ directory }: Lab): string {
  return `The fleet as a Kubernetes cluster:\n  export KUBECONFIG=${join(directory.kubernetes, 'kubeconfig')}\n  kubectl get pods`
}

/** How a person breaks the machine and looks at it. */
export function describeHost(lab: Lab): string {
  return `The machine web-prod-01, which the agent reaches over SSH:\n  its page ${lab.book.url('hostWeb')}\n  ${commandFor(lab, 'host break nginx')}   (or disk, config, cpu)`
}

function describeCommands(lab: Lab): string[] {
  const commands = [
    ['fault errors --p-error 0.8', 'break it; a page comes within half a minute'],
    ['fault none', 'clear the fault'],
    ['status', 'addresses, faults, alerts, incidents, processes'],
    ['logs --follow', 'all parts at work'],
    ['traffic --rps 20', 'more customers, for two minutes'],
    ['down', 'stop the lab'],
  ].map(([command = '', what = '']) => [commandFor(lab, command), what] as const)
  const width = Math.max(...commands.map(([command]) => command.length))
  return commands.map(([command, what]) => `  ${command.padEnd(width)}   ${what}`)
}

async function askVendors(lab: Lab): Promise<string[]> {
  await using agent = callAgent(lab, 2_000)
  return await agent.get<AgentHealth>('/healthz').then(
    ({ connectors }) => connectors.map(describeConnector),
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
