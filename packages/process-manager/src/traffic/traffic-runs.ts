import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { badInput } from '@oncall-lab/service-kit/errors'
import { type ProfileField, peakOf, TRAFFIC_PROFILES, type TrafficProfile } from '@oncall-lab/traffic/api'
import { DURATION_SECONDS, MOST_RPS, type RunningTraffic, type TrafficRequest, type TrafficState } from './traffic-schema.ts'

const PROGRAM = fileURLToPath(new URL('../../../traffic/src/main.ts', import.meta.url))
const SMALL_YOUNG_GENERATION = '--max-semi-space-size=1'
const KILL_AFTER_MS = 3_000
const WORDS_KEPT = 2_000

/** What a run is started with. */
export interface TrafficRunsOptions {
  /** Where the customers go: the load balancer. */
  url: string
  /** Our own environment, of which a run gets the little that any process needs. */
  inherited: Record<string, string | undefined>
  /** Another program than the generator's, for tests: what Node is started with. */
  program?: string[]
  now?: () => number
}

/** At most one run of the traffic generator, which ends by itself, and with this process. */
export class TrafficRuns implements AsyncDisposable {
  readonly #options: TrafficRunsOptions
  #run: { child: ChildProcess; about: Omit<RunningTraffic, 'remaining_seconds'>; until: number } | undefined
  #lastFailure: TrafficState['last_failure'] = null
  /** Calls are carried out one after the other. */
  #turn: Promise<unknown> = Promise.resolve()

  constructor(options: TrafficRunsOptions) {
    this.#options = options
  }

  state(): TrafficState {
    const run = this.#run
    return {
      profiles: TRAFFIC_PROFILES.map(({ fields, ...profile }) => ({ ...profile, fields: fields.map(bounded) })),
      running: run ? { ...run.about, remaining_seconds: Math.max(0, Math.ceil((run.until - this.#now()) / 1_000)) } : null,
      last_failure: this.#lastFailure,
      most_rps: MOST_RPS,
      duration_seconds: DURATION_SECONDS,
    }
  }

  /** Ends the run there is, and starts the one that is asked for. @throws LabError 400 for a field that the profile does not take, or a rate above the limit. */
  async apply(request: TrafficRequest): Promise<TrafficState> {
    const { profile: name, duration_seconds = DURATION_SECONDS.default, ...fields } = request
    const profile = TRAFFIC_PROFILES.find((each) => each.profile === name)
    const foreign = Object.keys(request).find((field) => field !== 'profile' && !taken(profile).includes(field))
    if (foreign) throw badInput(`body.${foreign}`, `does not go with ${name}, which takes ${taken(profile).join(', ') || 'nothing else'}`)
    const numbers = fields as Record<string, number> // As the schema says of all but `profile`.
    const peak = profile ? peakOf(name, { ...numbers, duration: duration_seconds }) : 0
    if (peak > MOST_RPS) throw badInput('body', `asks for ${peak} requests a second at its peak; at most ${MOST_RPS} are sent`)
    const mine = this.#turn.then(async () => {
      await this.#end()
      if (profile) this.#start(profile, numbers, duration_seconds)
    })
    this.#turn = mine.catch(() => undefined)
    await mine
    return this.state()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#turn
    await this.#end()
  }

  #start({ profile, fields }: TrafficProfile, numbers: Record<string, number>, seconds: number): void {
    const flags = fields.flatMap(({ field, flag }) => (numbers[field] === undefined ? [] : [flag, String(numbers[field])]))
    const own = ['--url', this.#options.url, '--profile', profile, '--duration', String(seconds), '--report-every', '60', ...flags]
    const child = spawn(process.execPath, [...(this.#options.program ?? [SMALL_YOUNG_GENERATION, PROGRAM]), ...own], {
      env: { ...this.#surroundings(), LAB_LEASH: 'stdin' },
      stdio: ['pipe', 'ignore', 'pipe'],
    })
    child.stdin?.on('error', () => undefined)
    let words = ''
    child.stderr?.on('data', (chunk) => (words = (words + chunk).slice(-WORDS_KEPT)))
    const fail = (why: string) => {
      this.#lastFailure = { at: new Date(this.#now()).toISOString(), profile, why }
    }
    const run = {
      child,
      about: { profile, fields: numbers, started_at: new Date(this.#now()).toISOString() },
      until: this.#now() + seconds * 1_000,
    }
    this.#run = run
    child.once('error', (error) => fail(error.message))
    child.once('close', (code) => {
      // One that was replaced or ended on purpose is nobody's run any more.
      if (this.#run !== run) return
      this.#run = undefined
      if (code !== 0) fail(words.trim().slice(0, 500) || `it ended with status ${code}`)
    })
  }

  async #end(): Promise<void> {
    const child = this.#run?.child
    this.#run = undefined
    if (!child || child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return
    const gone = once(child, 'exit')
    child.kill('SIGTERM')
    const late = setTimeout(() => child.kill('SIGKILL'), KILL_AFTER_MS)
    await gone
    clearTimeout(late)
  }

  #surroundings(): Record<string, string> {
    const { inherited } = this.#options
    return Object.fromEntries(
      ['PATH', 'HOME', 'TMPDIR', 'NODE_COMPILE_CACHE'].flatMap((name) => (inherited[name] ? [[name, inherited[name]]] : [])),
    )
  }

  #now(): number {
    return (this.#options.now ?? Date.now)()
  }
}

function taken(profile: TrafficProfile | undefined): string[] {
  return profile ? [...profile.fields.map(({ field }) => field), 'duration_seconds'] : []
}

/** The field with the range that a run of ours may use. */
function bounded({ of, maximum, ...field }: ProfileField) {
  return { ...field, maximum: of === 'rate' ? MOST_RPS : of === 'time' ? DURATION_SECONDS.maximum : maximum }
}
