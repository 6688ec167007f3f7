import type { ReleaseEntry } from '@oncall-lab/process-manager/api'
import { useState } from 'react'
import { useFleetChange, useReleases, whyNot } from '../data/fleet.ts'
import { clockTime } from '../data/time.ts'
import { ChoiceDialog, ChoiceEnd } from './ChoiceDialog.tsx'
import { InstanceField, onPort } from './InstanceField.tsx'
import { Badge } from './State.tsx'

/** Puts another release of the shop on its instances, one after the other. */
export function DeployDialog({ onClose }: { onClose: () => void }) {
  const { data, error } = useReleases()
  return (
    <ChoiceDialog
      title="Deploy a release"
      says="One instance after the other; it stops at the first that does not come up."
      error={error}
      onClose={onClose}
    >
      {data && <DeployForm {...data} onClose={onClose} />}
    </ChoiceDialog>
  )
}

function DeployForm({ current, releases, onClose }: { current: string; releases: ReleaseEntry[]; onClose: () => void }) {
  const change = useFleetChange()
  const [release, setRelease] = useState(current)
  const [port, setPort] = useState('')
  const submit = (event: React.FormEvent) => {
    event.preventDefault()
    change.mutate({ path: '/deploy', body: { release, ...onPort(port) } }, { onSuccess: ({ ok }) => ok && onClose() })
  }
  const refused = change.data && whyNot(change.data)
  return (
    <form onSubmit={submit}>
      <fieldset className="choices">
        <legend className="soft small">Releases, the newest first</legend>
        {releases.map((each) => (
          <label key={each.release} className="choice">
            <input type="radio" name="release" checked={each.release === release} onChange={() => setRelease(each.release)} />
            <span className="stack">
              <code>{each.release}</code>
              {each.ran_well && <Badge tone="ok">ran well</Badge>}
            </span>
            <span>
              {each.ports.length > 0 && <span className="small">runs on {each.ports.map((one) => `:${one}`).join(', ')}</span>}
              {each.commits.map(({ commit, title, author, at }) => (
                <span key={commit} className="commit">
                  <span className="foreign">{title}</span>{' '}
                  <span className="soft small foreign">
                    <code>{commit.slice(0, 7)}</code> {author}, {clockTime(at)}
                  </span>
                </span>
              ))}
            </span>
          </label>
        ))}
      </fieldset>
      <div className="fields">
        <InstanceField says="on which instance" withRelease port={port} onChange={setPort} />
      </div>
      <ChoiceEnd
        failure={change.error ?? (refused ? new Error(refused) : null)}
        what="Not deployed: "
        label={`Deploy ${release}`}
        busy={change.isPending ? 'Deploying' : undefined}
        onClose={onClose}
      />
    </form>
  )
}
