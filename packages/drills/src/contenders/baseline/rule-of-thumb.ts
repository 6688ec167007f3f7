import type { CauseId } from '@oncall-lab/on-call-agent/api'
import type { World } from '../../lab/world.ts'
import type { Report } from '../../report.ts'

/** What a rule of thumb says and does. */
export interface RuleOfThumb {
  name: string
  /** It never acts. */
  onlyLooks?: true
  /** Its answer to any page, with what it then does; without `act` it does nothing. */
  think(world: World, since: number): Promise<{ says: ThumbReport; act?: Deed }>
}

/** A report without what a rule of thumb does not know. */
export interface ThumbReport {
  cause: CauseId
  component: string
  root_cause: string
  confidence: number
  instances?: string[]
  evidence?: Report['evidence']
  status?: Report['status']
}

/** An action by its name, and how it is done. */
export interface Deed {
  action: string
  arguments: Record<string, unknown>
  run(): Promise<unknown>
}
