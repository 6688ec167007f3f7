import type { IncidentWithTimeline, TimelineEvent } from '@oncall-lab/on-call-agent/api'
import { useEffect, useState } from 'react'
import { clockTime, duration } from '../data/time.ts'
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
  const fits = ({ content, tool_calls }: Step) =>
    sought === '' ||
    [content ?? '', ...tool_calls.flatMap((call) => [call.name, call.arguments, results.get(call.id)?.result ?? ''])].some((text) =>
      text.toLowerCase().includes(sought.toLowerCase()),
    )
  const shown = steps.filter(fits)
  return (
    <section className="panel" aria-labelledby="investigation">
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
              <Call key={call.id} call={call} result={results.get(call.id)} open={sought !== ''} />
            ))}
          </li>
        ))}
      </ol>
    </section>
  )
}

function Call({ call, result, open }: { call: Step['tool_calls'][number]; result: Result | undefined; open: boolean }) {
  const [isOpen, setIsOpen] = useState(false)
  const anchor = `call-${call.id}`
  // A quote's link opens the result that it points at.
  useEffect(() => {
    const follow = () => location.hash === `#${anchor}` && setIsOpen(true)
    follow()
    window.addEventListener('hashchange', follow)
    return () => window.removeEventListener('hashchange', follow)
  }, [anchor])
  return (
    <details className="call" id={anchor} open={isOpen || open} onToggle={({ currentTarget }) => setIsOpen(currentTarget.open)}>
      <summary>
        <code>{call.name}</code>
        <span className="soft small foreign clamp">{call.arguments === '{}' ? '' : call.arguments.slice(0, 300)}</span>
        {result ? (
          <Badge tone={result.ok ? 'ok' : 'bad'}>{result.ok ? duration(result.duration_ms) : 'failed'}</Badge>
        ) : (
          <Badge tone="dim">{call.name === 'send_diagnosis' ? 'the conclusion' : 'no result yet'}</Badge>
        )}
        {result?.summary && <span className="small foreign">{result.summary}</span>}
      </summary>
      <pre className="foreign" tabIndex={0}>
        {readable(call.arguments)}
        {'\n\n'}
        {result ? readable(result.result) : ''}
      </pre>
    </details>
  )
}

function readable(json: string): string {
  try {
    return JSON.stringify(JSON.parse(json), null, 2)
  } catch {
    return json
  }
}
