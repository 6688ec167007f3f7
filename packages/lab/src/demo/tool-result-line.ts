import type { TimelineEvent } from '@oncall-lab/on-call-agent/api'

const LONGEST = 110

/** What a function returned, in one line for a person: the agent's summary, or where there is none the beginning of the result. */
export function describeToolResult({ summary, result }: Extract<TimelineEvent['event'], { kind: 'tool_result' }>): string {
  return clip(summary ?? result)
}

/** The text in one line of at most 110 characters. */
export function clip(text: string, longest = LONGEST): string {
  const line = text.replaceAll(/\s+/g, ' ').trim()
  return line.length <= longest ? line : `${line.slice(0, longest - 1)}…`
}
