import type { Inquiry, InquiryRequest } from '@oncall-lab/on-call-agent/api'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useCapabilities } from './capabilities.ts'
import { getJson, postJson } from './json.ts'

const EVERY_MS = 1_000

/** Whether the agent takes questions; false until it has said so. */
export function useTakesQuestions(): boolean {
  return useCapabilities().data?.inquiries !== undefined
}

/** Asks; resolves with the id of the inquiry. */
export function useAsk() {
  return useMutation({
    mutationFn: async (body: InquiryRequest) => (await postJson<{ id: string }>('/agent/api/inquiries', body)).id,
  })
}

/** One inquiry, read again until it is answered. */
export function useInquiry(id: string) {
  return useQuery<Inquiry>({
    queryKey: ['inquiry', id],
    refetchInterval: ({ state }) => (state.data?.status === 'running' ? EVERY_MS : false),
    queryFn: ({ signal }) => getJson<Inquiry>(`/agent/api/inquiries/${encodeURIComponent(id)}`, signal),
  })
}
