import { execFile } from 'node:child_process'
import { dirname } from 'node:path'
import { promisify } from 'node:util'

/**
 * Drives every method of the gateway's MCP server with the protocol's own inspector, which npx fetches: on a lab that runs,
 * `pnpm --filter @oncall-lab/gateway run inspector-trial [port offset]`. Ends with 1 when an answer is not as it should be.
 */
const INSPECTOR = '@modelcontextprotocol/inspector@2.12.0'
const base = `http://127.0.0.1:${8091 + Number(process.argv[2] ?? 0)}`
const WITHIN_MS = 60_000
const run = promisify(execFile)

const opened = await fetch(`${base}/trigger-test`, { method: 'POST' })
const { incident_id: ref } = (await opened.json()) as { incident_id: string } // The gateway's documented form.

const tool = (name: string, ...args: string[]) => ['tools/call', '--tool-name', name, ...args.flatMap((arg) => ['--tool-arg', arg])]
/** The arguments after `--method`, and what the answer holds. */
const CASES: [string[], RegExp][] = [
  [['tools/list', '--strict', '--protocol-era', 'legacy'], /"propose_action"/],
  [['tools/list', '--strict', '--protocol-era', 'modern'], /"propose_action"/],
  [tool('list_incidents', 'limit=3'), new RegExp(ref)],
  [tool('get_incident', `incident=${ref}`), new RegExp(`"ref": "${ref}"`)],
  [tool('ask', 'question=any problem?'), /"status": "answered"/],
  [tool('get_logs', 'seconds=60'), /"ok": true/],
  [tool('query_prometheus', 'query=up'), /"ok": true/],
  [tool('list_instances'), /"ok": true/],
  [tool('investigate', `incident=${ref}`), /looks at/],
  [tool('propose_action', `incident=${ref}`, 'action=nothing', 'arguments={}', 'reason=a trial'), /"isError": true/],
  [tool('get_incident', 'incident=I999999'), /"isError": true/],
  [['resources/list'], new RegExp(`incident://${ref}`)],
  [['resources/templates/list'], /incident:\/\/\{ref\}/],
  [['resources/read', '--uri', `incident://${ref}`], /timeline/],
  [['prompts/list'], /"post-mortem"/],
  [['prompts/get', '--prompt-name', 'post-mortem', '--prompt-args', `incident=${ref}`], /Write the post-mortem/],
  [[...tool('list_incidents'), '--load', '--load-concurrency', '100', '--load-requests', '500'], /500/],
]

let missed = 0
for (const [args, holds] of CASES) {
  const output = await inspect(args)
  const isRight = holds.test(output)
  if (!isRight) missed += 1
  const isLoad = args.includes('--load')
  console.log(`${isRight ? 'ok    ' : 'MISSED'} ${args.join(' ')}${isRight && !isLoad ? '' : `\n${output.slice(0, 900)}`}`)
}
console.log(`${CASES.length - missed} of ${CASES.length}`)
process.exitCode = missed === 0 ? 0 : 1

async function inspect(args: string[]): Promise<string> {
  const all = ['-y', INSPECTOR, '--cli', `${base}/mcp`, '--transport', 'http', '--method', ...args]
  // Its scripts take the first Node of the path, and need this one.
  const env = { ...process.env, PATH: `${dirname(process.execPath)}:${process.env.PATH}` }
  return run('npx', all, { env, timeout: WITHIN_MS, maxBuffer: 16 * 1_048_576 }).then(
    ({ stdout, stderr }) => stdout + stderr,
    (error: { stdout?: string; stderr?: string; message: string }) => `${error.stdout ?? ''}${error.stderr ?? ''}${error.message}`,
  )
}
