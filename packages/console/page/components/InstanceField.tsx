import { useInstances } from '../data/fleet.ts'

/** Chooses one instance by its port, or all of them (the empty string). */
export function InstanceField({
  says,
  note,
  withRelease = false,
  port,
  onChange,
}: {
  says: string
  note?: string
  withRelease?: boolean
  port: string
  onChange: (port: string) => void
}) {
  const instances = useInstances().data?.instances ?? []
  return (
    <label className="field">
      <span>{says}</span>
      <select value={port} onChange={({ target }) => onChange(target.value)}>
        <option value="">all instances</option>
        {instances.map((each) => (
          <option key={each.port} value={each.port}>
            :{each.port}
            {withRelease && `, runs ${each.release}`}
          </option>
        ))}
      </select>
      {note && <span>{note}</span>}
    </label>
  )
}

/** What the process manager is told of the choice. */
export const onPort = (port: string) => (port === '' ? {} : { ports: [Number(port)] })
