import type { Inquiry } from '@oncall-lab/on-call-agent/api'

/** An answer as Markdown: what was said, the quotes that it rests on, and what was looked at. */
export function answerText({ answer, evidence, steps }: Inquiry): string {
  const quotes = evidence.map(({ quote }) => `> ${oneLine(quote)}`)
  const looks = steps.map(({ name, ok, summary }) => `- ${name}${ok ? '' : ' (failed)'}: ${oneLine(summary)}`)
  return [
    answer ?? 'There is no answer.',
    ...(quotes.length > 0 ? ['', '**Evidence**', '', quotes.join('\n>\n')] : []),
    ...(looks.length > 0 ? ['', '**Looked at**', '', ...looks] : []),
  ].join('\n')
}

/** So that no quoted line can pass for a heading of ours. */
const oneLine = (text: string) => text.replace(/\s+/g, ' ').trim()
