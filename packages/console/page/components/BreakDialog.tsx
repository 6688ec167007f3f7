import type { FleetFaultRequest } from '@oncall-lab/process-manager/api'
import { useState } from 'react'
import { useFleetChange, useInstances } from '../data/fleet.ts'
import { Dialog } from './Dialog.tsx'
import { Failure } from './Failure.tsx'
import { BREAK_CHOICES } from './faults.ts'

const FIRST = BREAK_CHOICES[0]

/** Chooses a fault, its setting, where it acts and for how long. Everything ends by itself. */
export function BreakDialog({ onClose }: { onClose: () => void }) {
  const change = useFleetChange()
  const instances = useInstances().data?.instances ?? []
  const [choice, setChoice] = useState(FIRST)
  const [value, setValue] = useState(FIRST?.setting?.value ?? 0)
  const [port, setPort] = useState('')
  const [ttl, setTtl] = useState(120)
  if (!choice) return null

  const submit = (event: React.FormEvent) => {
    event.preventDefault()
    const body: FleetFaultRequest = {
      mode: choice.mode,
      ttl_seconds: ttl,
      ...(choice.setting && { [choice.setting.field]: value }),
      ...(choice.where === 'instances' && port !== '' && { ports: [Number(port)] }),
    }
    change.mutate({ path: '/fault', body }, { onSuccess: ({ ok }) => ok && onClose() })
  }
  const refused = change.data?.ok === false ? change.data.results?.find(({ ok }) => !ok)?.error : undefined

  return (
    <Dialog title="Break something" onClose={onClose}>
      <form onSubmit={submit}>
        <h2>Break something</h2>
        <fieldset className="choices">
          <legend className="visually-hidden">What to break</legend>
          {BREAK_CHOICES.map((each) => (
            <label key={each.mode} className="choice">
              <input
                type="radio"
                name="mode"
                checked={each === choice}
                onChange={() => {
                  setChoice(each)
                  setValue(each.setting?.value ?? 0)
                }}
              />
              <span>
                <code>{each.mode}</code> <span className="soft">{each.what}</span>
              </span>
            </label>
          ))}
        </fieldset>
        <div className="fields">
          {choice.setting && (
            <label className="field">
              <span>{choice.setting.label}</span>
              <input
                type="number"
                required
                min={choice.setting.min}
                max={choice.setting.max}
                step={choice.setting.step}
                value={value}
                onChange={({ target }) => setValue(target.valueAsNumber)}
              />
            </label>
          )}
          {choice.where === 'instances' && (
            <label className="field">
              <span>In which instance</span>
              <select value={port} onChange={({ target }) => setPort(target.value)}>
                <option value="">all instances</option>
                {instances.map((each) => (
                  <option key={each.port} value={each.port}>
                    :{each.port}
                  </option>
                ))}
              </select>
            </label>
          )}
          <label className="field">
            <span>Ends by itself after, in seconds</span>
            <input type="number" required min={1} max={900} value={ttl} onChange={({ target }) => setTtl(target.valueAsNumber)} />
          </label>
        </div>
        <Failure error={change.error ?? (refused ? new Error(refused) : null)} what="Not broken: " />
        <div className="row">
          <button type="button" className="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="button danger" disabled={change.isPending}>
            {change.isPending ? 'Breaking' : `Break it: ${choice.mode}`}
          </button>
        </div>
      </form>
    </Dialog>
  )
}
