import { useEffect, useRef } from 'react'

/** A modal dialog of the browser's own: focus goes in, Escape closes it, focus returns to what opened it. */
export function Dialog({ title, onClose, children }: { title: string; onClose: () => void; children: React.ReactNode }) {
  const ref = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    const dialog = ref.current
    const before = document.activeElement
    dialog?.showModal()
    return () => {
      dialog?.close()
      if (before instanceof HTMLElement) before.focus()
    }
  }, [])
  return (
    <dialog ref={ref} aria-label={title} onClose={onClose}>
      {children}
    </dialog>
  )
}
