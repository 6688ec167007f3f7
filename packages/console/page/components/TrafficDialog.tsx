import type { TrafficState } from '@oncall-lab/process-manager/api'
import { useState } from 'react'
import { useFleetChange, useTraffic } from '../data/fleet.ts'
import { ChoiceDialog, ChoiceEnd } from './ChoiceDialog.tsx'
import { NumberFields, type Numbers } from './NumberFields.tsx'

type Profile = TrafficState['profiles'][number]

/** Sends more customers for a while, on one of the generator's courses. */
export function TrafficDialog({ onClose }: { onClose: () => void }) {
  const { data, error } = useTraffic()
  return (
    <ChoiceDialog
      title="Send customers"
      says="They come beside those whom the shop has anyway, and go by themselves."
      error={error}
      onClose={onClose}
    >
      {data && <TrafficForm known={data} onClose={onClose} />}
    </ChoiceDialog>
  )
}

const usual = (profile: Profile | undefined): Numbers =>
  Object.fromEntries(profile?.fields.map(({ field, default: value }) => [field, value]) ?? [])

function TrafficForm({ known, onClose }: { known: TrafficState; onClose: () => void }) {
  const change = useFleetChange()
  const first = known.profiles[0]
  const [name, setName] = useState(first?.profile)
  const [numbers, setNumbers] = useState<Numbers>({ ...usual(first), duration_seconds: known.duration_seconds.default })
  const choice = known.profiles.find(({ profile }) => profile === name)
  if (!choice) return <p>The generator has no profile.</p>
  const submit = (event: React.FormEvent) => {
    event.preventDefault()
    change.mutate({ path: '/traffic', body: { profile: choice.profile, ...numbers } }, { onSuccess: onClose })
  }
  const lasts = { field: 'duration_seconds', says: 'seconds until they go', integer: true, ...known.duration_seconds }
  return (
    <form onSubmit={submit}>
      <fieldset className="choices">
        <legend className="soft small">At most {known.most_rps} requests a second</legend>
        {known.profiles.map((each) => (
          <label key={each.profile} className="choice">
            <input
              type="radio"
              name="profile"
              checked={each === choice}
              onChange={() => {
                setName(each.profile)
                setNumbers({ ...usual(each), duration_seconds: numbers.duration_seconds ?? known.duration_seconds.default })
              }}
            />
            <code>{each.profile}</code>
            <span className="soft">{each.says}</span>
          </label>
        ))}
      </fieldset>
      <div className="fields">
        <NumberFields fields={[...choice.fields, lasts]} values={numbers} onChange={setNumbers} />
      </div>
      <ChoiceEnd
        failure={change.error}
        what="Nobody was sent: "
        label={`Send them: ${choice.profile}`}
        busy={change.isPending ? 'Sending' : undefined}
        onClose={onClose}
      />
    </form>
  )
}
