import type { PhoneConversation, PhoneDelivery } from '@oncall-lab/stand-ins/api'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { getJson, postJson } from './json.ts'
import { queryClient } from './query-client.ts'

const EVERY_MS = 2_000

/** What the stand-in's phone shows, and the tickets beside it. */
export function usePhone() {
  return useQuery({
    queryKey: ['phone'],
    refetchInterval: EVERY_MS,
    queryFn: ({ signal }) => getJson<PhoneConversation>('/phone/messages', signal),
  })
}

/** Writes on the phone; `reply_to` is the SID of the quoted message. */
export function usePhoneReply() {
  return useMutation({
    mutationFn: (message: { body: string; reply_to?: string }) => postJson<PhoneDelivery>('/phone/messages', message),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['phone'] }),
  })
}

/** Who looks at the phone has read what it shows. */
export function useMarkRead(messages: PhoneConversation['messages']): void {
  const unread = messages.findLast(({ direction, status }) => direction === 'in' && status === 'delivered')?.sid
  useEffect(() => {
    if (unread === undefined || document.hidden) return
    // Not read is no failure that a person must know of.
    postJson('/phone/read', { sid: unread }).catch(() => undefined)
  }, [unread])
}
