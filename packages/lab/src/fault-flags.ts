import { FLEET_FAULTS, fieldsOf } from '@oncall-lab/process-manager/api'

/** The flag of `lab fault` that sets a field of `POST /fault`. */
export function flagOf(field: string): string {
  return `--${field.replaceAll('_', '-')}`
}

/** Every field that has a flag, and that no text uses as an everyday word. */
export const FLAG_FIELDS = [...new Set(FLEET_FAULTS.flatMap(({ mode }) => fieldsOf(mode, FLEET_FAULTS)))].filter((field) =>
  field.includes('_'),
)
