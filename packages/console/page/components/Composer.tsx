import { useId, useState } from 'react'

const LONGEST = 1_600

/** A box to write in; Enter sends, Shift+Enter begins a line. The text stays until it was sent. */
export function Composer({
  label,
  placeholder,
  isSending,
  onSend,
}: {
  label: string
  placeholder: string
  isSending: boolean
  onSend: (body: string) => Promise<unknown>
}) {
  const [text, setText] = useState('')
  const id = useId()
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
      <textarea
        id={id}
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
