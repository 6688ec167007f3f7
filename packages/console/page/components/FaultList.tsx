import type { ActiveFaults, FaultModes } from '@oncall-lab/process-manager/api'
import { useFaultModes, useFleetChange } from '../data/fleet.ts'
import { duration, useNow } from '../data/time.ts'
import { Failure } from './Failure.tsx'
import { Badge } from './State.tsx'

type Fault = ActiveFaults['faults'][number]

/** What is broken on purpose, for people only, with the time left and the button that ends it. */
export function FaultList({ faults, asOfMs }: { faults: Fault[]; asOfMs: number }) {
  const change = useFleetChange()
  const modes = useFaultModes().data?.modes ?? []
  const now = useNow(2_000)
  if (faults.length === 0) return null
  const longest = Math.max(...faults.map(({ remaining_seconds }) => remaining_seconds))
  const alike = Map.groupBy(faults, (fault) => `${fault.mode} ${settingsOf(fault, modes)}`)
  return (
    <section className="notice bad" aria-label="Active faults">
      <div className="fault-line">
        <Badge tone="bad">broken on purpose</Badge>
        {[...alike].map(([words, [first, ...more]]) => (
          <span key={words}>
            <strong>{first?.mode}</strong> in {[first, ...more].map((fault) => (fault?.port ? `:${fault.port}` : fault?.target)).join(', ')}
            {first && <span className="soft">{settingsOf(first, modes)}</span>}
          </span>
        ))}
        <span className="soft small">
          ends by itself in {duration(longest * 1_000 - Math.max(0, now - asOfMs))}; the agent cannot see this line
        </span>
      </div>
      <button
        type="button"
        className="button"
        disabled={change.isPending}
        onClick={() => change.mutate({ path: '/fault', body: { mode: 'none' } })}
      >
        {change.isPending ? 'Clearing' : 'Clear the fault'}
      </button>
      <Failure error={change.error} what="Not cleared: " />
    </section>
  )
}

/** The fields of the fault's own mode with their values: `, p_error 0.8`. */
function settingsOf(fault: Fault, modes: FaultModes['modes']): string {
  const values = fault as Record<string, unknown>
  const fields = modes.find(({ mode }) => mode === fault.mode)?.fields ?? []
  return fields.map(({ field }) => `, ${field} ${String(values[field])}`).join('')
}
