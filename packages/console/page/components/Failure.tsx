import { RequestFailed } from '../data/json.ts'

/** What failed, in words, and the way out. */
export function Failure({ error, what }: { error: Error | null; what: string }) {
  if (!error) return null
  const isAway = !(error instanceof RequestFailed) || error.status === 0 || error.status >= 500
  return (
    <p className={`notice ${isAway ? 'warn' : 'bad'}`} role="status">
      <span>
        <strong>{what}</strong> <span className="foreign">{error.message}</span>
      </span>
      {isAway && <span className="soft small">This view recovers by itself. ./lab status says what runs.</span>}
    </p>
  )
}
