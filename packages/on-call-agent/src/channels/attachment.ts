/** What a message may bring beside its text, in words. */
const ATTACHMENTS = ['a voice note', 'a picture', 'a video', 'a document', 'a contact card', 'a place', 'something'] as const
type Attachment = (typeof ATTACHMENTS)[number]

const MARK = new RegExp(`\\n?\\[with (${ATTACHMENTS.join('|')}) that was not read\\]$`)

/** The text of a message that brings something that nobody here can read; the words stay with it wherever it is stored. */
export function withAttachment(text: string, attachment: Attachment | undefined): string {
  return attachment === undefined ? text : `${text}\n[with ${attachment} that was not read]`.trim()
}

/** The text without that mark, and what it brought. */
export function readAttachment(text: string): { text: string; attachment: string | undefined } {
  const attachment = MARK.exec(text)?.[1]
  return attachment === undefined ? { text, attachment } : { text: text.replace(MARK, ''), attachment }
}

/** By the type of the first media of a message, as vendors give it: `audio/ogg`. */
export function attachmentOf(contentType: string): Attachment {
  if (contentType.startsWith('audio/')) return 'a voice note'
  if (contentType.startsWith('image/')) return 'a picture'
  if (contentType.startsWith('video/')) return 'a video'
  if (contentType === 'text/vcard' || contentType === 'text/x-vcard') return 'a contact card'
  return contentType === '' ? 'something' : 'a document'
}
