import type { Incident } from '../api.ts'
import type { Tool } from '../functions/tool.ts'

/** A function call that an investigation begins with. */
interface Call {
  name: string
  args: object
}

/** Something that the agent can look at and act on: the prompt, the first turn and the page without a model derive from it. */
export interface Target {
  readonly id: string
  /** What it shows, for the prompt: one line that begins with a noun. */
  readonly sees: string
  /** True when it can see the service that the incident is about. @throws UpstreamError when that cannot be told now. */
  covers(incident: Incident, signal: AbortSignal): Promise<boolean>
  /** What an investigation asks first. */
  readonly firstLook: Call[]
  readonly functions: Tool[]
}
