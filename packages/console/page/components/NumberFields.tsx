/** A number that a person may set, as the part that takes it declares it. */
export interface NumberField {
  field: string
  says: string
  integer?: boolean
  minimum: number
  maximum: number
}

/** What was typed so far, by field. */
export type Numbers = Record<string, number>

/** One box for each field, with its range; the part judges the values again. */
export function NumberFields({
  fields,
  values,
  onChange,
}: {
  fields: NumberField[]
  values: Numbers
  onChange: (values: Numbers) => void
}) {
  return fields.map(({ field, says, integer, minimum, maximum }) => (
    <label key={field} className="field">
      <span>{says}</span>
      <input
        type="number"
        required
        min={minimum}
        max={maximum}
        step={integer ? 1 : 'any'}
        value={Number.isNaN(values[field]) ? '' : values[field]}
        onChange={({ target }) => onChange({ ...values, [field]: target.valueAsNumber })}
      />
      <span>
        {field}, {minimum} to {maximum}
      </span>
    </label>
  ))
}
