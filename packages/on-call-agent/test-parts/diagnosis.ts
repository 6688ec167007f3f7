import type { Diagnosis } from '../src/api.ts'

/** A diagnosis as a model sends it. */
export function diagnosis(over: Partial<Diagnosis> = {}): Diagnosis {
  return {
    status: 'diagnosed',
    root_cause: 'findCampaign returns undefined and its discount is read all the same.',
    confidence: 0.9,
    evidence: [{ tool_call_id: 'call_logs', quote: "Cannot read properties of undefined (reading 'discount')" }],
    priority: 'high',
    next_steps: ['Check for undefined before the discount is read.'],
    ...over,
  }
}
