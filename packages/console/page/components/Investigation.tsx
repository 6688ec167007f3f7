import type { IncidentWithTimeline, TimelineEvent } from '@oncall-lab/on-call-agent/api'
import { useEffect, useRef, useState } from 'react'
import { findQuote } from '../data/quotes.ts'
import { clockTime } from '../data/time.ts'
import { quotesOf } from './Quote.tsx'
import { Badge } from './State.tsx'

type Event = TimelineEvent['event']
type Step = Extract<Event, { kind: 'step' }> & { at: string; id: number }
type Result = Extract<Event, { kind: 'tool_result' }>

/** Every answer of the model with its calls, side by side where it asked for them in parallel. */
export function Investigation({ incident }: { incident: IncidentWithTimeline }) {
  const [sought, setSought] = useState('')
  const results = new Map<string, Result>()
  const steps: Step[] = []
  for (const { id, at, event } of incident.timeline) {
    if (event.kind === 'tool_result') results.set(event.tool_call_id, event)
    if (event.kind === 'step') steps.push({ ...event, at, id })
  }
  const quotes = quotesOf(incident)
  const fits = ({ content, tool_calls }: Step) =>
    sought === '' ||
    [content ?? '', ...tool_calls.flatMap((call) => [call.name, call.arguments, results.get(call.id)?.result ?? ''])].some((text) =>
      text.toLowerCase().includes(sought.toLowerCase()),
    )
  const shown = steps.filter(fits)
  return (
    <section className="panel looked-at" aria-labelledby="investigation">
      <header>
        <h2 id="investigation">What it looked at</h2>
        <label className="row small">
          <span className="soft">Search</span>
          <input type="search" value={sought} onChange={({ target }) => setSought(target.value)} />
        </label>
      </header>
      {steps.length === 0 && <p className="soft">No step yet.</p>}
      {steps.length > 0 && shown.length === 0 && <p className="soft">Nothing here contains that.</p>}
      <ol>
        {shown.map((step) => (
          <li key={step.id} className="step">
            <p className="soft small">
              {clockTime(step.at)}
              {step.tool_calls.length > 1 && `, ${step.tool_calls.length} calls in parallel`}
            </p>
            {step.content && <p className="foreign">{step.content}</p>}
            {step.tool_calls.map((call) => (
              <Call key={call.id} call={call} result={results.get(call.id)} quotes={quotes.get(call.id) ?? []} open={sought !== ''} />
            ))}
          </li>
        ))}
      </ol>
    </section>
  )
}

interface CallProps {
  call: Step['tool_calls'][number]
  result: Result | undefined
  quotes: string[]
  open: boolean
}

/** What a link to a quote ends with, after the call's own anchor: the number of the quote. */
const QUOTED = /^#call-(.+?)(?:~(\d+))?$/

function Call({ call, result, quotes, open }: CallProps) {
  const [isOpen, setIsOpen] = useState(false)
  const [quote, setQuote] = useState<string>()
  const host = useRef<HTMLDetailsElement>(null)
  // A quote's link opens the result that it points at, and shows the quoted words in it.
  useEffect(() => {
    const follow = () => {
      const [, id, number] = QUOTED.exec(decodeURIComponent(location.hash)) ?? []
      if (id !== call.id) return
      setIsOpen(true)
      setQuote(number === undefined ? undefined : quotes[Number(number)])
      requestAnimationFrame(() => (host.current?.querySelector('mark') ?? host.current)?.scrollIntoView({ block: 'center' }))
    }
    follow()
    window.addEventListener('hashchange', follow)
    return () => window.removeEventListener('hashchange', follow)
  }, [call.id, quotes.join('\0')])
  return (
    <details
      className={quote === undefined ? 'call' : 'call pointed'}
      id={`call-${call.id}`}
      ref={host}
      open={isOpen || open}
      onToggle={({ currentTarget }) => setIsOpen(currentTarget.open)}
    >
      <summary>
        <span className="call-head">
          <code>{call.name}</code>
          <span className="soft small mono call-arguments">{brief(call.arguments)}</span>
          <Outcome call={call} result={result} />
        </span>
        {result?.summary && <span className="small foreign call-summary">{result.summary}</span>}
      </summary>
      {(isOpen || open) && (
        <pre className="foreign" tabIndex={0}>
          {readable(call.arguments)}
          {'\n\n'}
          <Marked text={result ? readable(result.result) : ''} quote={quote} />
        </pre>
      )}
    </details>
  )
}

function Outcome({ call, result }: Pick<CallProps, 'call' | 'result'>) {
  if (!result) return <span className="soft small nowrap">{call.name === 'send_diagnosis' ? 'the conclusion' : 'no result yet'}</span>
  if (!result.ok) return <Badge tone="bad">failed</Badge>
  return <span className="soft small nowrap">{milliseconds(result.duration_ms)}</span>
}

function Marked({ text, quote }: { text: string; quote: string | undefined }) {
  const found = quote === undefined ? undefined : findQuote(text, quote)
  if (!found) return text
  const [before, quoted, after] = found
  return (
    <>
      {before}
      <mark>{quoted}</mark>
      {after}
    </>
  )
}

const milliseconds = (ms: number) => (ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`)

const BRIEF = 200

/** Arguments in one line: the value alone where there is one, else `name: value`. */
function brief(json: string): string {
  const given = parse(json)
  if (typeof given !== 'object' || given === null) return json.slice(0, BRIEF)
  const values = Object.entries(given).map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)])
  const [only] = values
  return (values.length === 1 && only ? `${only[1]}` : values.map(([name, value]) => `${name}: ${value}`).join(', ')).slice(0, BRIEF)
}

function readable(json: string): string {
  const parsed = parse(json)
  return parsed === undefined ? json : JSON.stringify(parsed, null, 2)
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}
