import { Counter, Gauge, Histogram, type Registry } from 'prom-client'

/** What the agent counts. Outcomes that are known begin at zero. */
export function createMetrics(registry: Registry) {
  const registers = [registry]
  const metrics = {
    alerts: new Counter({
      name: 'on_call_agent_alerts_total',
      help: 'Alerts received, by what they meant.',
      labelNames: ['reason'],
      registers,
    }),
    incidents: new Counter({
      name: 'on_call_agent_incidents_total',
      help: 'Incidents, by effect of an alert.',
      labelNames: ['effect'],
      registers,
    }),
    investigations: new Counter({
      name: 'on_call_agent_investigations_total',
      help: 'Investigations that ended, by outcome.',
      labelNames: ['outcome'],
      registers,
    }),
    investigationSeconds: new Histogram({
      name: 'on_call_agent_investigation_duration_seconds',
      help: 'From the start of an investigation to the queued page.',
      buckets: [0.1, 0.5, 1, 2.5, 5, 10, 20, 40, 80],
      registers,
    }),
    toolCalls: new Counter({
      name: 'on_call_agent_tool_calls_total',
      help: 'Function calls of the model.',
      labelNames: ['tool', 'outcome'],
      registers,
    }),
    modelTokens: new Counter({
      name: 'on_call_agent_model_tokens_total',
      help: 'Tokens that the model was sent and wrote, as its server counts.',
      labelNames: ['direction'],
      registers,
    }),
    modelRequests: new Counter({
      name: 'on_call_agent_model_requests_total',
      help: 'Requests to the model, and whether they were answered.',
      labelNames: ['outcome'],
      registers,
    }),
    modelBytes: new Counter({
      name: 'on_call_agent_model_bytes_total',
      help: 'Transcripts that the model was sent and answers that it gave, as JSON.',
      labelNames: ['direction'],
      registers,
    }),
    modelCost: new Counter({
      name: 'on_call_agent_model_cost_usd_total',
      help: 'What the answers of the model cost by the price table, in US dollars.',
      registers,
    }),
    modelSeconds: new Histogram({
      name: 'on_call_agent_model_request_duration_seconds',
      help: 'From a request to the model to its answer, retries included.',
      buckets: [0.01, 0.05, 0.1, 0.5, 1, 2.5, 5, 10, 20, 40, 80],
      registers,
    }),
    messagesOut: new Counter({
      name: 'on_call_agent_message_attempts_total',
      help: 'Attempts to deliver a message, and what became of them.',
      labelNames: ['outcome'],
      registers,
    }),
    unpaged: new Gauge({
      name: 'on_call_agent_incidents_unpaged',
      help: 'Open incidents that nobody could be paged about.',
      registers,
    }),
    messagesIn: new Counter({
      name: 'on_call_agent_messages_received_total',
      help: 'Calls of the Twilio webhook.',
      labelNames: ['outcome'],
      registers,
    }),
    reconciled: new Counter({
      name: 'on_call_agent_reconciled_episodes_total',
      help: 'Episodes closed because Alertmanager no longer holds them.',
      registers,
    }),
    actions: new Counter({
      name: 'on_call_agent_actions_total',
      help: 'Steps of actions: proposed, refused, approved, verified and so on.',
      labelNames: ['step', 'reason'],
      registers,
    }),
  }
  for (const step of ['action_proposed', 'action_approved', 'action_started', 'action_unknown'])
    metrics.actions.inc({ step, reason: 'none' }, 0)
  for (const reason of ['new_episode', 'resolved', 'repeated', 'late']) metrics.alerts.inc({ reason }, 0)
  for (const effect of ['opened', 'joined', 'resolved']) metrics.incidents.inc({ effect }, 0)
  for (const direction of ['input', 'output']) metrics.modelTokens.inc({ direction }, 0)
  for (const direction of ['sent', 'received']) metrics.modelBytes.inc({ direction }, 0)
  for (const outcome of ['answered', 'failed']) metrics.modelRequests.inc({ outcome }, 0)
  for (const outcome of ['sent', 'repeated', 'found', 'retry', 'failed', 'delivered', 'read', 'undelivered'])
    metrics.messagesOut.inc({ outcome }, 0)
  for (const outcome of ['received', 'repeated', 'bad_signature', 'stranger']) metrics.messagesIn.inc({ outcome }, 0)
  return metrics
}

/** The agent's metrics. */
export type AgentMetrics = ReturnType<typeof createMetrics>
