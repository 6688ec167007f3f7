import { type LooseCall, member } from './loose-call.ts'

/** How models write calls when nobody taught them the server's form; each holds one JSON value. */
const FORMS = [
  { open: '<tool_call>', close: '</tool_call>' },
  { open: '<function_call>', close: '</function_call>' },
  { open: '[TOOL_CALLS]', close: '' },
  { open: '```json', close: '```' },
  { open: '```tool_code', close: '```' },
  { open: '```', close: '```' },
]

/** The calls that a text makes of the functions on offer, and the text without them; JSON that names none of them stays text. */
export function callsInText(text: string, offered: string[]): { calls: LooseCall[]; text: string } {
  for (const { open, close } of FORMS) {
    const calls: LooseCall[] = []
    let rest = ''
    let done = 0
    for (let at = text.indexOf(open); at !== -1 && calls.length < 64; at = text.indexOf(open, done)) {
      const from = at + open.length
      const found = close === '' ? -1 : text.indexOf(close, from)
      const end = found === -1 ? text.length : found
      calls.push(...readCalls(text.slice(from, end), offered))
      rest += text.slice(done, at)
      done = Math.min(text.length, end + close.length)
    }
    if (calls.length > 0) return { calls, text: (rest + text.slice(done)).trim() }
  }
  const calls = readCalls(text, offered)
  return calls.length > 0 ? { calls, text: '' } : { calls: [], text }
}

function readCalls(json: string, offered: string[]): LooseCall[] {
  const text = json.trim()
  if (!text.startsWith('{') && !text.startsWith('[')) return []
  try {
    const value: unknown = JSON.parse(text)
    return (Array.isArray(value) ? value : [value]).flatMap((each) => toCall(each, offered))
  } catch {
    return [] // Prose that begins with a bracket.
  }
}

function toCall(value: unknown, offered: string[]): LooseCall[] {
  const inner = member(value, 'function')
  const name =
    typeof inner === 'string'
      ? inner
      : (member(inner, 'name') ?? member(value, 'name') ?? member(value, 'tool') ?? member(value, 'tool_name'))
  const from = typeof inner === 'object' && inner !== null ? inner : value
  const args = member(from, 'arguments') ?? member(from, 'parameters') ?? member(from, 'args') ?? member(from, 'input')
  if (typeof name === 'string' && offered.includes(name)) return [{ id: member(value, 'id'), name, args }]
  // A diagnosis without the call around it.
  const isDiagnosis = member(value, 'root_cause') !== undefined && member(value, 'confidence') !== undefined
  return isDiagnosis && offered.includes('send_diagnosis') ? [{ name: 'send_diagnosis', args: value }] : []
}
