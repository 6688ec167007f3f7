import type { SecondReading as Reading } from '@oncall-lab/on-call-agent/api'
import { Badge, type Tone } from './State.tsx'

const TONES: Record<Reading['verdict'], Tone> = { agrees: 'ok', disagrees: 'warn', cannot_tell: 'dim', not_read: 'dim' }

/** What the second reader makes of a language model's diagnosis. */
export function SecondReading({ reading }: { reading: Reading }) {
  const { reader, verdict, says } = reading
  return (
    <p className="row">
      <Badge tone={TONES[verdict]}>second reader</Badge>
      <span className="foreign small">
        {reader} {says}
      </span>
    </p>
  )
}
