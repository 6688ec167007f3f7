/** A field of the project's create screen, as far as we read it. */
export interface ScreenField {
  fieldId: string
  name: string
  required: boolean
  hasDefaultValue: boolean
  allowedValues: { id?: string; name?: string; value?: string }[]
}

/** What is sent beside what every project takes, and what was left out, in words; or what the project demands that nobody has set. */
export type FieldsDecision =
  | { kind: 'fields'; fields: Record<string, unknown>; leftOut: string[] }
  | { kind: 'missing'; reason: 'required_field'; words: string }

/** Fields that a ticket of ours always has. */
const OURS = ['project', 'issuetype', 'summary', 'description', 'labels', 'reporter']

interface Wish {
  priority: string
  /** JIRA_FIELDS: values by the name or the id of a field. */
  set: Record<string, string>
}

/** What of our wishes the screen takes; a required field needs a value from the settings. */
export function decideFields(screen: ScreenField[], { priority, set }: Wish): FieldsDecision {
  const missing = screen.filter(
    (field) => field.required && !field.hasDefaultValue && !OURS.includes(field.fieldId) && givenValue(field, set) === undefined,
  )
  if (missing.length > 0) {
    const each = missing.map(({ name, allowedValues }) => `"${name}"${namesOf(allowedValues)}`)
    const [first] = missing
    return {
      kind: 'missing',
      reason: 'required_field',
      words: `the project demands ${each.join(' and ')}; set it in JIRA_FIELDS, such as JIRA_FIELDS=${first?.name}=${labelOf(first?.allowedValues[0]) ?? '…'}`,
    }
  }
  const own = screen.flatMap((field) => {
    const value = OURS.includes(field.fieldId) || field.fieldId === 'priority' ? undefined : givenValue(field, set)
    return value === undefined ? [] : [[field.fieldId, value] as const]
  })
  const wanted = screen
    .find(({ fieldId }) => fieldId === 'priority')
    ?.allowedValues.find(({ name }) => name?.toLowerCase() === priority.toLowerCase())
  const leftOut = wanted ? [] : [`The project takes no priority ${priority}, so it was left out.`]
  return { kind: 'fields', fields: { ...Object.fromEntries(own), ...(wanted && { priority: { id: wanted.id } }) }, leftOut }
}

function givenValue({ fieldId, name, allowedValues }: ScreenField, set: Record<string, string>): unknown {
  const text = set[fieldId] ?? set[name.toLowerCase()]
  if (text === undefined) return undefined
  if (allowedValues.length === 0) return text
  const found = allowedValues.find((each) => labelOf(each)?.toLowerCase() === text.toLowerCase() || each.id === text)
  return found && { id: found.id }
}

const labelOf = (each: ScreenField['allowedValues'][number] | undefined) => each?.value ?? each?.name

function namesOf(values: ScreenField['allowedValues']): string {
  const names = values.slice(0, 8).flatMap((each) => labelOf(each) ?? [])
  return names.length > 0 ? ` (${names.join(', ')})` : ''
}

/** `Affected service=inventory; customfield_10050=3`: values by the name (in lower case) or the id of a field. */
export function readFieldSettings(text: string): Record<string, string> {
  return Object.fromEntries(
    text.split(';').flatMap((part) => {
      const at = part.indexOf('=')
      const [name, value] = [part.slice(0, Math.max(at, 0)).trim(), part.slice(at + 1).trim()]
      return name === '' || value === '' ? [] : [[/^customfield_\d+$/i.test(name) ? name : name.toLowerCase(), value]]
    }),
  )
}
