import type { Drill } from '../drill.ts'
import type { RunRecord } from '../record.ts'

interface JudgedMitigation {
  done: boolean
  lacks: string[]
}

/** Whether the shop is well again by what the agent did; or, where no action cures, whether it did the right thing and nothing else. */
export function judgeMitigation({ least }: Drill, record: RunRecord): JudgedMitigation {
  const { actions, sli_back, alerts_silent, ticket } = record
  const acted = actions.filter(({ at }) => at !== null)
  const lacks: string[] = []
  if (least.is !== 'ticket') {
    if (!sli_back) lacks.push('the figures are not back')
    if (!alerts_silent) lacks.push('an alert still fires')
  }
  if (least.is === 'act' && acted.length === 0) lacks.push('nothing was done')
  if (least.is === 'nothing' && acted.length > 0) lacks.push(`${acted.map(({ action }) => action).join(', ')} was not needed`)
  if (least.is === 'ticket' && ticket === null) lacks.push('there is no ticket')
  return { done: lacks.length === 0, lacks }
}
