import type { Inquiry } from '@oncall-lab/on-call-agent/api'
import { useState } from 'react'
import { useLocation } from 'wouter'
import { Composer } from '../components/Composer.tsx'
import { Failure } from '../components/Failure.tsx'
import { MessageText } from '../components/MessageText.tsx'
import { Badge } from '../components/State.tsx'
import { useCapabilities } from '../data/capabilities.ts'
import { useAsk, useInquiry } from '../data/inquiries.ts'
import { clockTime, duration, useNow } from '../data/time.ts'

const SUGGESTIONS = [
  'any problem?',
  'how many instances run?',
  'why does it fail?',
  'why is it slow?',
  'who holds locks?',
  'recent incidents?',
]

/** A question that opens no incident, and can only look. Its address is that of the answer. */
export function Ask({ id }: { id?: string }) {
  const ask = useAsk()
  const [, go] = useLocation()
  const targets = useCapabilities().data?.targets.filter(({ kind }) => kind !== 'off') ?? []
  const [target, setTarget] = useState('')
  return (
    <div>
      <div className="view-head">
        <h1>Ask</h1>
        <span className="soft">opens no incident, pages nobody, changes nothing</span>
      </div>
      <section className="panel talk" aria-label="Your question">
        <Failure error={ask.error} what="Not asked: " />
        <Composer
          label="Ask the agent"
          placeholder="Ask about what runs"
          suggestions={SUGGESTIONS}
          isSending={ask.isPending}
          onSend={(question) => ask.mutateAsync({ question, ...(target && { target }) }).then((asked) => go(`/ask/${asked}`))}
        />
        <label className="row small">
          <span className="soft">Look at</span>
          <select value={target} onChange={(event) => setTarget(event.target.value)}>
            <option value="">whatever the question needs</option>
            {targets.map((each) => (
              <option key={each.id} value={each.id}>
                {each.name} alone
              </option>
            ))}
          </select>
        </label>
      </section>
      {id && <Answer id={id} />}
    </div>
  )
}

function Answer({ id }: { id: string }) {
  const { data, error } = useInquiry(id)
  return (
    <>
      <Failure error={error} what="The answer cannot be read: " />
      {data && (
        <section className="panel" aria-labelledby="answer" aria-live="polite">
          <header>
            <h2 id="answer" className="foreign">
              {data.question}
            </h2>
            <Progress inquiry={data} />
          </header>
          {data.answer && <MessageText body={data.answer} />}
          {data.evidence.length > 0 && (
            <ul className="evidence" aria-label="Evidence">
              {data.evidence.map(({ tool_call_id, quote }) => (
                <li key={`${tool_call_id}${quote}`} className="quote">
                  <q className="foreign">{quote}</q>
                  <a className="small" href={`#step-${tool_call_id}`}>
                    from {data.steps.find((step) => step.tool_call_id === tool_call_id)?.name ?? 'a result'}
                  </a>
                </li>
              ))}
            </ul>
          )}
          <Steps steps={data.steps} />
        </section>
      )}
    </>
  )
}

const WORDS = {
  running: ['accent', 'looking'],
  answered: ['ok', 'answered'],
  failed: ['bad', 'no answer'],
  cancelled: ['dim', 'cancelled'],
} as const

function Progress({ inquiry: { status, asked_at, answered_at } }: { inquiry: Inquiry }) {
  const now = useNow()
  const [tone, word] = WORDS[status]
  return (
    <span className="row">
      <span className="soft small">
        asked {clockTime(asked_at)}, {duration((answered_at ? Date.parse(answered_at) : now) - Date.parse(asked_at))}
      </span>
      <Badge tone={tone}>{word}</Badge>
    </span>
  )
}

function Steps({ steps }: { steps: Inquiry['steps'] }) {
  if (steps.length === 0) return null
  return (
    <>
      <h3>What it looked at</h3>
      <ul className="rows">
        {steps.map((step) => (
          <li key={step.tool_call_id} id={`step-${step.tool_call_id}`}>
            <span className="grow">
              <span className="call-head">
                <code>{step.name}</code>
                <span className="soft small mono call-arguments">{step.arguments === '{}' ? '' : step.arguments}</span>
                {step.ok ? <span className="soft small nowrap">{Math.round(step.duration_ms)} ms</span> : <Badge tone="bad">failed</Badge>}
              </span>
              <span className="small foreign">{step.summary}</span>
            </span>
          </li>
        ))}
      </ul>
    </>
  )
}
