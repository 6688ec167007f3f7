import type { Mail } from '@oncall-lab/stand-ins/api'
import { useQuery } from '@tanstack/react-query'
import { useCapabilities } from './capabilities.ts'
import { getJson } from './json.ts'

const EVERY_MS = 5_000

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
