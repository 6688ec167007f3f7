import { Diagnosis } from '@oncall-lab/on-call-agent/api'
import { Value } from 'typebox/value'
import { expect } from 'vitest'
import { SimulatedIncident } from './simulated-incident.ts'
import type { World } from './simulated-world.ts'

/** Investigates, and expects what holds for every diagnosis: its schema, at most six rounds, quotes that stand word for word in their results. */
export function investigate(
  world: World,
  wrap?: (result: string, name: string) => string,
): { incident: SimulatedIncident; diagnosis: Diagnosis } {
  const incident = new SimulatedIncident(world)
  if (wrap) incident.wrap = wrap
  const diagnosis = incident.investigate()
  expect(Value.Errors(Diagnosis, diagnosis)).toEqual([])
  expect(incident.rounds.length).toBeLessThanOrEqual(6)
  for (const { tool_call_id, quote } of diagnosis.evidence) expect(incident.resultOf(tool_call_id), quote).toContain(quote)
  return { incident, diagnosis }
}
