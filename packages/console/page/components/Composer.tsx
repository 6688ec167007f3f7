import { useId, useRef, useState } from 'react'

const LONGEST = 1_600

/** A box to write in; Enter sends, Shift+Enter begins a line. The text stays until it was sent. */
export function Composer({
  label,
  placeholder,
  suggestions = [],
  isSending,
  onSend,
}: {
  label: string
  placeholder: string
  /** Texts that a press writes into the box, to be sent or changed. */
  suggestions?: string[]
  isSending: boolean
  onSend: (body: string) => Promise<unknown>
}) {
  const [text, setText] = useState('')
  const id = useId()
  const box = useRef<HTMLTextAreaElement>(null)
  const submit = async () => {
    const body = text.trim()
    if (body === '' || isSending) return
    await onSend(body).then(
      () => setText(''),
      () => undefined, // The caller shows why.
    )
  }
  return (
    <form
      className="composer"
      onSubmit={(event) => {
        event.preventDefault()
        void submit()
      }}
    >
      <label className="visually-hidden" htmlFor={id}>
        {label}
      </label>
      {suggestions.length > 0 && (
        <ul className="suggestions" aria-label="Suggestions">
          {suggestions.map((each) => (
            <li key={each}>
              <button
                type="button"
                className="chip"
                onClick={() => {
                  setText(each)
                  box.current?.focus()
                }}
              >
                {each}
              </button>
            </li>
          ))}
        </ul>
      )}
      <textarea
        id={id}
        ref={box}
        rows={2}
        maxLength={LONGEST}
        value={text}
        placeholder={placeholder}
        onChange={({ target }) => setText(target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return
          event.preventDefault()
          void submit()
        }}
      />
      <button type="submit" className="button primary" disabled={isSending || text.trim() === ''}>
        {isSending ? 'Sending' : 'Send'}
      </button>
    </form>
  )
}
