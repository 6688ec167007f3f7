import { Dialog } from './Dialog.tsx'
import { Failure } from './Failure.tsx'

/** A dialog over what the process manager says there is to choose from; without its answer it says why there is nothing. */
export function ChoiceDialog({
  title,
  says,
  error,
  onClose,
  children,
}: {
  title: string
  says: string
  error: Error | null
  onClose: () => void
  children: React.ReactNode
}) {
  return (
    <Dialog title={title} onClose={onClose}>
      <h2>{title}</h2>
      <p className="soft">{says}</p>
      <Failure error={error} what="The process manager cannot be asked: " />
      {children}
    </Dialog>
  )
}

/** The end of such a dialog's form: why it was refused, the way back, and the button that does it. */
export function ChoiceEnd({
  failure,
  what,
  label,
  busy,
  tone = 'primary',
  onClose,
}: {
  failure: Error | null
  what: string
  label: string
  /** What the button says while it is being done; undefined while it is not. */
  busy: string | undefined
  tone?: 'primary' | 'danger'
  onClose: () => void
}) {
  return (
    <>
      <Failure error={failure} what={what} />
      <div className="row">
        <button type="button" className="button" onClick={onClose}>
          Cancel
        </button>
        <button type="submit" className={`button ${tone}`} disabled={busy !== undefined}>
          {busy ?? label}
        </button>
      </div>
    </>
  )
}
