import type { Hypothesis, IncidentWithTimeline, Phase, TimelineEvent } from '@oncall-lab/on-call-agent/api'
import type { Execution, ExecutionLogs } from './api.ts'

/** What both the list and one execution say. */
type Known = Pick<IncidentWithTimeline, 'ref' | 'status' | 'phase' | 'alerts' | 'opened_at'>

export const numberOf = (ref: string) => Number(ref.slice(1))

const TITLES: Record<Phase, string> = {
  analyze: 'Looking at the incident and what can be seen of it',
  hypothesize: 'Naming the causes that are possible',
  diagnose: 'Looking for what speaks for and against each cause',
  remediate: 'Proposing and carrying out a repair',
  verify: 'Checking whether it helped',
  finalize: 'Closing the incident',
}

/** An incident as an execution; one that another program did not number has its own ref. */
export function overviewOf({ ref, status, phase, alerts, opened_at }: Known) {
  return {
    execution_id: numberOf(ref),
    incident_number: alerts.find(({ labels }) => labels.external_id !== undefined)?.labels.external_id ?? ref,
    status: statusOf(status),
    current_step: phase ?? ('analyze' as const),
    started_at: opened_at,
  }
}

function statusOf(status: Known['status']): Execution['status'] {
  if (status === 'resolved') return 'completed'
  return status === 'inconclusive' ? 'failed' : 'running'
}

export function describeExecution(incident: IncidentWithTimeline, now: number): Execution {
  const entered = incident.timeline.flatMap(({ at, event }) => (event.kind === 'phase' ? [{ phase: event.phase, at: Date.parse(at) }] : []))
  const end = incident.resolved_at === null ? now : Date.parse(incident.resolved_at)
  return {
    ...overviewOf(incident),
    timeline: entered.map(({ phase, at }, i) => {
      const next = entered[i + 1]?.at
      return {
        step_number: i + 1,
        action_type: phase,
        title: TITLES[phase],
        status: next === undefined && incident.resolved_at === null ? 'running' : 'completed',
        duration_seconds: Math.max(0, ((next ?? Math.max(end, at)) - at) / 1_000),
      }
    }),
    hypotheses: incident.hypotheses.map(({ statement, confidence, status }) => ({
      hypothesis_text: statement,
      confidence_score: Math.round(confidence * 100),
      status: HYPOTHESIS[status],
    })),
  }
}

const HYPOTHESIS: Record<Hypothesis['status'], Execution['hypotheses'][number]['status']> = {
  open: 'open',
  supported: 'validated',
  refuted: 'rejected',
}

/** Each function that was called and each action that ran, with what came back, in the phase that it fell into. */
export function describeLogs({ ref, timeline }: IncidentWithTimeline): ExecutionLogs {
  let phase: Phase = 'analyze'
  const asked = new Map<string, string>()
  const logs: ExecutionLogs['logs'] = []
  const note = (command_executed: string, command_output: string, ok: boolean) =>
    logs.push({ step: logs.length + 1, action_type: phase, command_executed, command_output, status: ok ? 'completed' : 'failed' })
  for (const { event } of timeline) {
    if (event.kind === 'phase') phase = event.phase
    else if (event.kind === 'step') for (const call of event.tool_calls) asked.set(call.id, `${call.name} ${call.arguments}`)
    else if (event.kind === 'tool_result') note(asked.get(event.tool_call_id) ?? event.name, event.result, event.ok)
    else if (isRun(event))
      note(`${event.action} ${event.action_id}`, event.kind === 'action_ran' ? event.output : event.reason, event.kind === 'action_ran')
  }
  return { execution_id: numberOf(ref), logs }
}

function isRun(event: TimelineEvent['event']): event is Extract<TimelineEvent['event'], { kind: 'action_ran' | 'action_failed' }> {
  return event.kind === 'action_ran' || event.kind === 'action_failed'
}
