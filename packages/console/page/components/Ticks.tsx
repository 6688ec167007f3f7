import { Badge } from './State.tsx'

/** How far a message got, in a vendor's word or ours. */
const REACHED: Record<string, { ticks: 0 | 1 | 2; word: string }> = {
  queued: { ticks: 0, word: 'queued' },
  scheduled: { ticks: 0, word: 'scheduled' },
  accepted: { ticks: 0, word: 'queued' },
  sending: { ticks: 0, word: 'sending' },
  sent: { ticks: 1, word: 'sent' },
  delivered: { ticks: 2, word: 'delivered' },
  read: { ticks: 2, word: 'read' },
  received: { ticks: 2, word: 'received' },
}

/** The ticks of a messenger, with the word beside them; an error as the vendor names it. */
export function Ticks({ status, error }: { status: string; error?: string | number | null | undefined }) {
  const reached = REACHED[status]
  if (!reached || (error !== undefined && error !== null)) {
    return <Badge tone="bad">{error === undefined || error === null ? status : `not delivered (${error})`}</Badge>
  }
  const { ticks, word } = reached
  return (
    <span className={word === 'read' ? 'ticks read' : 'ticks'}>
      <svg width="18" height="10" viewBox="0 0 18 10" aria-hidden="true">
        {ticks > 0 && <path d="M1 5.5 4 8.5 10.5 1" />}
        {ticks > 1 && <path d="M7.5 8.5 14 1" />}
        {ticks === 0 && <path d="M1 5h2M6 5h2M11 5h2" />}
      </svg>
      {word}
    </span>
  )
}
