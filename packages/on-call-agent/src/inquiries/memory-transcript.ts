import type { InquiryStep } from '../api.ts'
import { failure } from '../functions/call-tool.ts'
import { type ChatMessage, type ToolCall, Transcript } from '../incidents/transcript.ts'
import type { TranscriptStore } from '../store/transcript-store.ts'

/** The transcript of one inquiry, in memory: a restart begins it anew. `onSteps` hears of finished looks. */
export function memoryTranscript(
  onSteps: (steps: InquiryStep[]) => Promise<void>,
): TranscriptStore & { refuse(call: ToolCall, message: string): Promise<void> } {
  const messages: ChatMessage[] = []
  const append: TranscriptStore['append'] = async (_id, added, events = []) => {
    messages.push(...new Transcript(messages).completed(added))
    const calls = new Map(
      messages.flatMap((message) => (message.role === 'assistant' ? (message.tool_calls ?? []) : [])).map((call) => [call.id, call]),
    )
    const steps = events.flatMap((event): InquiryStep[] => {
      if (event.kind !== 'tool_result') return []
      const { tool_call_id, name, ok, duration_ms, summary = '' } = event
      return [{ tool_call_id, name, arguments: calls.get(tool_call_id)?.function.arguments ?? '', ok, summary, duration_ms }]
    })
    if (steps.length > 0) await onSteps(steps)
  }
  return {
    read: async () => new Transcript(messages).closed(),
    append,
    refuse: (call, message) =>
      append('', [{ role: 'tool', tool_call_id: call.id, content: JSON.stringify(failure('invalid_arguments', message)) }]),
  }
}
