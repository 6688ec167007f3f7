import { LabError } from '@oncall-lab/service-kit/errors'
import type { Action, ProcessEnd } from '../actions/action.ts'
import type { Gauges } from '../actions/sli.ts'
import type { Incident } from '../api.ts'
import type { Tool } from '../functions/tool.ts'
import type { BundledLook, BundleSubject } from './bundled-look.ts'

/** A function call that the agent asks for by itself. */
export interface Call {
  name: string
  args: object
}

/** Something that the agent can look at: the prompt, the first turn, the descriptions of functions and the page without a model derive from it. */
export interface Target {
  readonly id: string
  /** What it shows, for the prompt: a noun phrase. */
  readonly sees: string
  /** True when it can see the service that the incident is about. @throws UpstreamError when that cannot be told now. */
  covers(incident: Incident, signal: AbortSignal): Promise<boolean>
  /** What an investigation asks first; a target without it accompanies others and shows nothing of the present by itself. */
  readonly firstLook: readonly Call[]
  /** What is asked beside the first look when no model can be used. */
  readonly withoutModel?: readonly Call[]
  readonly functions: readonly Tool[]
  /** What can be done there, with permission. */
  readonly actions?: readonly Action[]
  /** What it can read of a service while an action is judged. */
  readonly gauges?: Gauges
  /** How processes of the service ended within the last ten minutes, for actions of any target. @throws UpstreamError */
  ends?(incident: Incident, signal: AbortSignal): Promise<ProcessEnd[]>
  /** What it gives to the bundle of an incident. */
  readonly bundled?: (subject: BundleSubject) => readonly BundledLook[]
  /** What it adds to the descriptions of other targets' functions, by their name: for example which metrics it exports. */
  readonly hints?: Readonly<Record<string, string>>
  /** Ends what it holds open. */
  close?(): Promise<void>
}

/** The failure of a look at a service that a target cannot see. */
export function notSeen(service: string, why: string): LabError {
  return new LabError(`${why}: nothing of ${service} can be seen here`, { code: 'not_seen', status: 404 })
}
