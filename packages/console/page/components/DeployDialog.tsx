import type { ReleaseEntry } from '@oncall-lab/process-manager/api'
import { useState } from 'react'
import { useFleetChange, useInstances, useReleases, whyNot } from '../data/fleet.ts'
import { clockTime } from '../data/time.ts'
import { Dialog } from './Dialog.tsx'
import { Failure } from './Failure.tsx'
import { Badge } from './State.tsx'

/** Puts another release of the shop on its instances, one after the other. */
export function DeployDialog({ onClose }: { onClose: () => void }) {
  const { data, error } = useReleases()
  return (
    <Dialog title="Deploy a release" onClose={onClose}>
      <h2>Deploy a release</h2>
      <p className="soft">One instance after the other; it stops at the first that does not come up.</p>
      <Failure error={error} what="The process manager cannot be asked: " />
      {data && <DeployForm {...data} onClose={onClose} />}
    </Dialog>
  )
}

function DeployForm({ current, releases, onClose }: { current: string; releases: ReleaseEntry[]; onClose: () => void }) {
  const change = useFleetChange()
  const instances = useInstances().data?.instances ?? []
  const [release, setRelease] = useState(current)
  const [port, setPort] = useState('')
  const submit = (event: React.FormEvent) => {
    event.preventDefault()
    const where = port === '' ? {} : { ports: [Number(port)] }
    change.mutate({ path: '/deploy', body: { release, ...where } }, { onSuccess: ({ ok }) => ok && onClose() })
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
        <label className="field">
          <span>on which instance</span>
          <select value={port} onChange={({ target }) => setPort(target.value)}>
            <option value="">all instances</option>
            {instances.map((each) => (
              <option key={each.port} value={each.port}>
                :{each.port}, runs {each.release}
              </option>
            ))}
          </select>
        </label>
      </div>
      <Failure error={change.error ?? (refused ? new Error(refused) : null)} what="Not deployed: " />
      <div className="row">
        <button type="button" className="button" onClick={onClose}>
          Cancel
        </button>
        <button type="submit" className="button primary" disabled={change.isPending}>
          {change.isPending ? 'Deploying' : `Deploy ${release}`}
        </button>
      </div>
    </form>
  )
}
