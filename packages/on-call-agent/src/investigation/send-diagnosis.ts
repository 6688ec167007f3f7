import { Diagnosis } from '../api.ts'
import type { ToolDescription } from '../models/model.ts'

/** How an investigation ends. */
export const SEND_DIAGNOSIS: ToolDescription = {
  name: 'send_diagnosis',
  description: 'Ends the investigation and pages the engineer with what you found.',
  parameters: Diagnosis,
}
