import type { FaultModes, FleetFaultRequest } from '@oncall-lab/process-manager/api'
import { useState } from 'react'
import { useFaultModes, useFleetChange, whyNot } from '../data/fleet.ts'
import { ChoiceDialog, ChoiceEnd } from './ChoiceDialog.tsx'
import { InstanceField, onPort } from './InstanceField.tsx'
import { NumberFields, type Numbers } from './NumberFields.tsx'

type Mode = FaultModes['modes'][number]

const PLACES = [
  ['instances', 'In the instances'],
  ['database', 'In the database, which all share'],
] as const

/** Chooses a fault, its settings, where it acts and for how long. What there is to choose from, the process manager says. */
export function BreakDialog({ onClose }: { onClose: () => void }) {
  const { data, error } = useFaultModes()
  return (
    <ChoiceDialog
      title="Break something"
      says="Each fault is a real one, ends by itself, and stays unknown to the agent until it has found it."
      error={error}
      onClose={onClose}
    >
      {data && <BreakForm known={data} onClose={onClose} />}
    </ChoiceDialog>
  )
}

const suggested = (mode: Mode | undefined): Numbers => Object.fromEntries(mode?.fields.map(({ field, telling }) => [field, telling]) ?? [])

function BreakForm({ known, onClose }: { known: FaultModes; onClose: () => void }) {
  const change = useFleetChange()
  const first = known.modes.find(({ mode }) => mode === 'errors') ?? known.modes[0]
  const [choice, setChoice] = useState(first)
  const [numbers, setNumbers] = useState<Numbers>({ ...suggested(first), ttl_seconds: known.ttl_seconds.default })
  const [port, setPort] = useState('')
  if (!choice) return <p>There is nothing to break.</p>

  const choose = (mode: Mode) => {
    setChoice(mode)
    setNumbers({ ...suggested(mode), ttl_seconds: numbers.ttl_seconds ?? known.ttl_seconds.default })
  }
  const submit = (event: React.FormEvent) => {
    event.preventDefault()
    const where = choice.in === 'instances' ? onPort(port) : {}
    // The choices are those that the process manager listed, which judges them again.
    const body = { mode: choice.mode, ...numbers, ...where } as FleetFaultRequest
    change.mutate({ path: '/fault', body }, { onSuccess: ({ ok }) => ok && onClose() })
  }
  const refused = change.data && whyNot(change.data)

  return (
    <form onSubmit={submit}>
      {PLACES.map(([place, title]) => (
        <fieldset key={place} className="choices">
          <legend className="soft small">{title}</legend>
          {known.modes
            .filter((each) => each.in === place)
            .map((each) => (
              <label key={each.mode} className="choice">
                <input type="radio" name="mode" checked={each === choice} onChange={() => choose(each)} />
                <code>{each.mode}</code>
                <span className="soft">{each.says}</span>
              </label>
            ))}
        </fieldset>
      ))}
      <div className="fields">
        <NumberFields fields={choice.fields} values={numbers} onChange={setNumbers} />
        {choice.in === 'instances' && <InstanceField says="in which instance" note="ports" port={port} onChange={setPort} />}
        <NumberFields fields={[known.ttl_seconds]} values={numbers} onChange={setNumbers} />
      </div>
      <ChoiceEnd
        failure={change.error ?? (refused ? new Error(refused) : null)}
        what="Not broken: "
        label={`Break it: ${choice.mode}`}
        busy={change.isPending ? 'Breaking' : undefined}
        tone="danger"
        onClose={onClose}
      />
    </form>
  )
}
