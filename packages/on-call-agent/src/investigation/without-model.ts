import { Value } from 'typebox/value'
import type { Diagnosis, Incident } from '../api.ts'
import { oneLine } from '../channels/outgoing-text.ts'
import { shorten } from '../channels/shorten.ts'
import type { ToolOutcome } from '../functions/call-tool.ts'
import { ErrorRateResult, FetchLogsResult, ListInstancesResult, ToolFailure } from '../functions.ts'
import { topSignature } from './log-signature.ts'

/** The looks that are taken when no model can be used, with their arguments. */
export const FALLBACK_CALLS = [
  { id: 'ownRates1', name: 'compute_error_rate', args: {} },
  { id: 'ownLogs01', name: 'fetch_logs', args: { seconds: 120, limit: 50 } },
  { id: 'ownFleet1', name: 'list_instances', args: {} },
]

/** What a person is told when no model could be used: no cause is guessed, only what the functions returned is said. */
export function describeWithoutModel(incident: Incident, why: string, outcomes: ToolOutcome[]): Diagnosis {
  const found = outcomes.map(sayFinding)
  const evidence = outcomes.flatMap(({ call, ok, result }) => {
    const signature = ok && call.function.name === 'fetch_logs' ? logSignature(result) : undefined
    return signature ? [{ tool_call_id: call.id, quote: signature.slice(0, 500) }] : []
  })
  return {
    status: 'inconclusive',
    root_cause: shorten(`${found.join(' ')} No model could be used (${oneLine(why, 120)}).`, 1_000),
    confidence: 0,
    evidence,
    priority: incident.severity === 'critical' ? 'critical' : 'high',
    next_steps: [
      'Look at the logs and metrics yourself; nothing has been diagnosed.',
      'Check the model server that the agent is configured for.',
    ],
  }
}

function sayFinding({ call, ok, result }: ToolOutcome): string {
  const name = call.function.name
  if (!ok) return `${name} failed: ${readFailure(result)}.`
  const value: unknown = JSON.parse(result)
  if (Value.Check(ErrorRateResult, value)) {
    const { error_rate, requests_per_second } = value.last_minute
    return error_rate === null
      ? 'No request came in the last minute.'
      : `${(error_rate * 100).toFixed(0)} % of ${requests_per_second.toFixed(1)} requests/s failed in the last minute.`
  }
  if (Value.Check(FetchLogsResult, value)) {
    const signature = topSignature(value.entries)
    return signature
      ? `${value.count} errors were logged in ${value.window_seconds} s, most often (${signature.count}): ${oneLine(signature.message, 200)}.`
      : `No error was logged in ${value.window_seconds} s.`
  }
  if (Value.Check(ListInstancesResult, value)) {
    const running = value.instances.filter(({ state }) => state === 'running').length
    return `${running} of ${value.instances.length} instances run.`
  }
  return `${name} returned something unknown.`
}

/** The words of a failure, never its JSON. */
function readFailure(result: string): string {
  try {
    const value: unknown = JSON.parse(result)
    return Value.Check(ToolFailure, value) ? oneLine(value.error.message, 160).replace(/\.$/, '') : 'it returned something unknown'
  } catch {
    return 'it returned something unknown'
  }
}

function logSignature(result: string): string | undefined {
  const value: unknown = JSON.parse(result)
  return Value.Check(FetchLogsResult, value) ? topSignature(value.entries)?.message : undefined
}
