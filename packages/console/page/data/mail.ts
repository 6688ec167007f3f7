import { useQuery } from '@tanstack/react-query'
import { useCapabilities } from './capabilities.ts'
import { getJson } from './json.ts'

const EVERY_MS = 5_000

/** A mail in the stand-in's mailbox. */
export interface Mail {
  id: number
  at: string
  from: string
  to: string[]
  subject: string
  text: string
}

/** What the stand-in's mailbox took, newest first; asked for while mail goes to the stand-in. */
export function useMailbox() {
  const channel = useCapabilities().data?.channels.find(({ id }) => id === 'mail')
  return useQuery({
    queryKey: ['mailbox'],
    enabled: channel?.kind === 'stand_in',
    refetchInterval: EVERY_MS,
    queryFn: async ({ signal }) => (await getJson<{ messages: Mail[] }>('/mail/messages', signal)).messages,
  })
}
