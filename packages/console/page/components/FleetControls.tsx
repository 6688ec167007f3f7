import type { Instance } from '@oncall-lab/process-manager/api'
import { useState } from 'react'
import { type FleetChange, useFleetChange, useInstances, whyNot } from '../data/fleet.ts'
import { duration, useNow } from '../data/time.ts'
import { DeployDialog } from './DeployDialog.tsx'
import { Failure } from './Failure.tsx'
import { Badge, type Tone } from './State.tsx'

const STATE_TONES: Record<string, Tone> = {
  running: 'ok',
  starting: 'accent',
  draining: 'accent',
  stopping: 'dim',
  backoff: 'warn',
  fatal: 'bad',
}

/** The instances as a table, which is also the picture's text, and what a person can do with them. */
export function FleetControls() {
  const { data, error } = useInstances()
  const change = useFleetChange()
  const [deploying, setDeploying] = useState(false)
  const now = useNow(2_000)
  const instances = data?.instances ?? []
  const refused = change.data && whyNot(change.data)
  const scale = (replicas: number) => change.mutate({ path: '/scale', body: { replicas } })
  return (
    <section className="panel" aria-labelledby="fleet">
      <header>
        <h2 id="fleet">Instances</h2>
        <span className="row">
          <button
            type="button"
            className="button"
            disabled={change.isPending || instances.length < 1}
            onClick={() => scale(instances.length - 1)}
          >
            One less
          </button>
          <button
            type="button"
            className="button"
            disabled={change.isPending || instances.length >= 10}
            onClick={() => scale(instances.length + 1)}
          >
            One more
          </button>
          <button
            type="button"
            className="button"
            disabled={change.isPending}
            onClick={() => change.mutate({ path: '/rolling-restart', body: {} })}
          >
            Rolling restart
          </button>
          <button type="button" className="button" disabled={instances.length === 0} onClick={() => setDeploying(true)}>
            Deploy a release
          </button>
        </span>
      </header>
      <Failure error={error} what="The process manager cannot be asked: " />
      <Failure error={change.error ?? (refused ? new Error(refused) : null)} what="Not done: " />
      <section className="scroll-x" tabIndex={0} aria-label="Table of the instances">
        <table>
          <thead>
            <tr>
              <th scope="col">Instance</th>
              <th scope="col">State</th>
              <th scope="col">Release</th>
              <th scope="col">Up for</th>
              <th scope="col">Restarts</th>
              <th scope="col">
                <span className="visually-hidden">Actions</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {instances.map((instance) => (
              <tr key={instance.port}>
                <td className="mono">{instance.instance}</td>
                <td>
                  <Badge tone={instance.drained ? 'dim' : (STATE_TONES[instance.state] ?? 'dim')}>
                    {instance.drained ? 'drained' : instance.state}
                  </Badge>
                  {instance.reason && <div className="soft small foreign">{instance.reason}</div>}
                </td>
                <td>
                  {instance.release} <span className="soft mono">{instance.commit.slice(0, 7)}</span>
                </td>
                <td>{instance.started_at ? duration(now - Date.parse(instance.started_at)) : 'not up'}</td>
                <td>{instance.restarts}</td>
                <td className="nowrap">
                  {instance.state === 'fatal' ? (
                    <button
                      type="button"
                      className="button quiet"
                      disabled={change.isPending}
                      onClick={() => change.mutate({ path: '/start', body: { port: instance.port } })}
                    >
                      Start <span className="visually-hidden">{instance.instance}</span>
                    </button>
                  ) : (
                    <button
                      type="button"
                      className="button quiet"
                      disabled={change.isPending}
                      onClick={() => change.mutate(drainOf(instance))}
                    >
                      {instance.drained ? 'Take back' : 'Drain'} <span className="visually-hidden">{instance.instance}</span>
                    </button>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {deploying && <DeployDialog onClose={() => setDeploying(false)} />}
    </section>
  )
}

/** Out of the balancer with its process kept, or back into it. */
function drainOf({ port, drained }: Instance): FleetChange {
  return drained ? { path: '/undrain', body: { port } } : { path: '/drain', body: { port, keep: true } }
}
