import { useMutation, useQuery } from '@tanstack/react-query'
import { useCapabilities } from './capabilities.ts'
import { getJson, postJson } from './json.ts'

const EVERY_MS = 1_000

/** `GET /api/inquiries/{id}`. */
export interface Inquiry {
  id: string
  status: 'running' | 'answered' | 'failed'
  question: string
  target: string | null
  answer: string | null
  evidence: { tool_call_id: string; quote: string }[]
  steps: { tool_call_id: string; name: string; arguments: string; ok: boolean; summary: string; duration_ms: number }[]
  asked_at: string
  answered_at: string | null
}

/** Whether the agent takes questions; false until it has said so. */
export function useTakesQuestions(): boolean {
  const known = useCapabilities().data as { inquiries?: unknown } | undefined
  return known?.inquiries !== undefined
}

/** Asks; resolves with the id of the inquiry. */
export function useAsk() {
  return useMutation({
    mutationFn: async (body: { question: string; target?: string }) => (await postJson<{ id: string }>('/agent/api/inquiries', body)).id,
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
