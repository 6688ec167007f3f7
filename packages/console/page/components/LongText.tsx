const SHOWN = 300

/** A text of outsiders: all of it while it is short, its beginning and a way to the rest when it is long. */
export function LongText({ text }: { text: string }) {
  if (text.length <= SHOWN) return <span className="foreign small">{text}</span>
  return (
    <details className="small">
      <summary className="foreign">{text.slice(0, SHOWN)}…</summary>
      <span className="foreign">{text.slice(SHOWN)}</span>
    </details>
  )
}
