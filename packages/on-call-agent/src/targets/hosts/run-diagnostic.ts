import { LabError } from '@oncall-lab/service-kit/errors'
import { covering } from '../../coverage.ts'
import { defineTool, type Tool } from '../../functions/tool.ts'
import { RunDiagnosticArgs, RunDiagnosticResult, summariseDiagnostic } from '../../host-functions.ts'
import { describeForms, readDiagnostic } from './commands.ts'
import { type Host, requireHost } from './host.ts'

/** A model reads no more of one output. */
const OUTPUT_CHARS = 12_000

/** `run_diagnostic`: one command out of the list, over SSH. It changes nothing. */
export function runDiagnostic(hosts: readonly Host[]): Tool {
  const forms = hosts.map(({ name, entry }) => `${name}: ${describeForms(entry).join('; ')}`)
  return defineTool({
    name: 'run_diagnostic',
    description: `Runs one command on a host of the service and returns its output; it can only look. The commands, with {a|b} for one of these names: ${forms.join('. ')}.`,
    parameters: RunDiagnosticArgs,
    result: RunDiagnosticResult,
    async run({ host: name, command: text }, { incident, signal }): Promise<RunDiagnosticResult> {
      const host = requireHost(hosts, incident, name)
      const decision = readDiagnostic(text, host.entry)
      if (decision.kind === 'refuse') throw new LabError(decision.message, { code: `command_refused_${decision.reason}`, status: 403 })
      const { argv } = decision.command
      const begun = performance.now()
      const ran = await host.client.run(argv, { signal })
      const left = Math.max(0, ran.stdout.length - OUTPUT_CHARS) + Math.max(0, ran.stderr.length - OUTPUT_CHARS)
      const errors = ran.truncated || left > 0 ? ['There was more output than is kept; the beginning of it stands here.'] : []
      return {
        ...covering(null, left, errors),
        host: name,
        argv,
        exit_code: ran.exitCode,
        timed_out: ran.timedOut,
        stdout: ran.stdout.slice(0, OUTPUT_CHARS),
        stderr: ran.stderr.slice(0, OUTPUT_CHARS),
        duration_ms: Math.round(performance.now() - begun),
      }
    },
    summarise: summariseDiagnostic,
  })
}
