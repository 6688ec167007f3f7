import type { Incident } from '../api.ts'
import type { ToolCall } from '../incidents/transcript.ts'
import type { Model, ModelUsage } from '../models/model.ts'
import type { Attributes, SpanStart } from './tracer.ts'

// Names of the GenAI conventions of OpenTelemetry (still "Development"): https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-agent-spans/
// No text of a transcript, argument or result is put onto a span.

const AGENT = 'on-call-agent'

/** The work on one incident or inquiry: all of it is one trace. */
export function agentSpan(
  { id, service }: Pick<Incident, 'id' | 'service'>,
  task: 'investigate' | 'answer' | 'inquire' | 'remedy',
): SpanStart {
  return {
    name: `invoke_agent ${AGENT}`,
    trace: id,
    attributes: {
      'gen_ai.operation.name': 'invoke_agent',
      'gen_ai.provider.name': 'oncall-lab',
      'gen_ai.agent.name': AGENT,
      'gen_ai.conversation.id': id,
      'oncall.task': task,
      'oncall.service': service,
    },
  }
}

/** One request to the model. */
export function chatSpan({ id, name }: Pick<Model, 'id' | 'name'>, { id: conversation }: Pick<Incident, 'id'>): SpanStart {
  const at = / at (https?:\/\/\S+)$/.exec(name)?.[1]
  const url = at !== undefined && URL.canParse(at) ? new URL(at) : undefined
  return {
    name: `chat ${id ?? name}`,
    kind: 'client',
    attributes: {
      'gen_ai.operation.name': 'chat',
      // Whoever serves it, it is spoken to by OpenAI's API.
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': id ?? name,
      'gen_ai.conversation.id': conversation,
      'server.address': url?.hostname,
      'server.port': url ? Number(url.port || (url.protocol === 'https:' ? 443 : 80)) : undefined,
    },
  }
}

/** What is known of a request when it is answered. */
export function answeredAttributes(usage: ModelUsage | undefined, calls: number): Attributes {
  return {
    'gen_ai.usage.input_tokens': usage?.inputTokens,
    'gen_ai.usage.output_tokens': usage?.outputTokens,
    'gen_ai.usage.cache_read.input_tokens': usage?.cachedTokens,
    'gen_ai.response.finish_reasons': [calls > 0 ? 'tool_calls' : 'stop'],
  }
}

/** One function call. */
export function toolSpan({ id, function: { name } }: ToolCall): SpanStart {
  return {
    name: `execute_tool ${name}`,
    attributes: {
      'gen_ai.operation.name': 'execute_tool',
      'gen_ai.tool.name': name,
      'gen_ai.tool.call.id': id,
      'gen_ai.tool.type': 'function',
    },
  }
}
