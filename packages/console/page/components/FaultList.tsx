import type { ActiveFaults } from '@oncall-lab/process-manager/api'
import { useFleetChange } from '../data/fleet.ts'
import { duration, useNow } from '../data/time.ts'
import { Failure } from './Failure.tsx'
import { Badge } from './State.tsx'

type Fault = ActiveFaults['faults'][number]

/** What is broken on purpose, for people only, with the time left and the button that ends it. */
export function FaultList({ faults, asOfMs }: { faults: Fault[]; asOfMs: number }) {
  const change = useFleetChange()
  const now = useNow()
  if (faults.length === 0) return null
  const longest = Math.max(...faults.map(({ remaining_seconds }) => remaining_seconds))
  const modes = [...new Set(faults.map(({ mode }) => mode))]
  return (
    <section className="notice bad" aria-label="Active faults">
      <div className="fault-line">
        <Badge tone="bad">broken on purpose</Badge>
        <span>
          <strong>{modes.join(', ')}</strong> in {faults.map(({ port, target }) => (port ? `:${port}` : target)).join(', ')}
          {faults[0] && settings(faults[0])}
        </span>
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

function settings({ p_error, latency_ms, cpu_ms, memory_mb }: Fault): string {
  if (p_error !== undefined) return ` (${Math.round(p_error * 100)} % of the storage calls)`
  if (latency_ms !== undefined) return ` (+${latency_ms} ms a storage call)`
  if (cpu_ms !== undefined) return ` (+${cpu_ms} ms of CPU a request)`
  return memory_mb === undefined ? '' : ` (up to ${memory_mb} MB)`
}
