import { randomBytes } from 'node:crypto'
import { hostname } from 'node:os'
import { describeError } from '@oncall-lab/service-kit/errors'
import type { Redact } from '@oncall-lab/service-kit/redact'
import { createSemaphore } from '@oncall-lab/service-kit/semaphore'
import { BUNDLE_LAYERS, type Bundle, type BundleLayer, type Incident, type IncidentWithTimeline } from '../api.ts'
import type { Limits } from '../functions/limits.ts'
import { incidentReport } from '../incident-report.ts'
import { subjectOf } from '../targets/bundled-look.ts'
import type { Target } from '../targets/target.ts'
import { agentMachine } from './agent-machine.ts'
import { openBundleFiles } from './bundle-files.ts'
import { type CollectedFile, collectBundle } from './collect-bundle.ts'
import { packBundle, writeBundle } from './write-bundle.ts'

/** What a bundle is asked for. */
interface BundleOrder {
  incident?: string | undefined
  service: string
  database?: string | undefined
  layers?: readonly BundleLayer[] | undefined
  requestedBy: string
}

/** Incidents and services as archives, made in the background. */
export interface Bundles extends AsyncDisposable {
  /** Stored when it resolves; the making goes on, also after a restart. */
  order(order: BundleOrder): Promise<Bundle>
  /** Newest first. */
  list(): Promise<Bundle[]>
  find(id: string): Promise<Bundle | undefined>
  /** Waits until it is made. @throws the signal's reason */
  made(id: string, signal: AbortSignal): Promise<Bundle | undefined>
  /** Where its archive is, once it is ready. */
  archive(id: string): string
}

interface BundlesOptions {
  directory: string
  targets: readonly Target[]
  limits: Limits
  redact: Redact
  /** The incident as the API has it; undefined when there is none. */
  read: (idOrRef: string) => Promise<IncidentWithTimeline | undefined>
  /** What the manifest says of who made it. */
  versions: Record<string, string>
  onError: (what: string, error: unknown) => void
  /** How many are kept. */
  kept: number
  /** Of all files of one, unpacked. */
  maxBytes: number
  /** How long one that nobody works on is left alone. */
  abandonedMs?: number
}

const AT_ONCE = 2
const DEADLINE_MS = 30_000
const TOUCH_MS = 2_000
const ABANDONED_MS = 15_000
const LOOK_MS = 50

/** Makes bundles two at a time; what a process that ended left in the making is taken up by whoever shares the directory. */
export async function createBundles(options: BundlesOptions): Promise<Bundles> {
  const { directory, onError, kept, abandonedMs = ABANDONED_MS } = options
  const files = await openBundleFiles(directory, `${hostname().slice(0, 40)}-${process.pid}`)
  const turns = createSemaphore(AT_ONCE)
  const ending = new AbortController()
  const making = new Map<string, Promise<void>>()

  const make = (bundle: Bundle) => {
    const touching = setInterval(() => void files.touch(bundle.id).catch(() => {}), TOUCH_MS)
    const made = turns
      .run(() => makeOne(bundle), ending.signal)
      .catch((error: unknown) => {
        if (!ending.signal.aborted) onError(`bundle ${bundle.id}`, error)
      })
      .finally(() => {
        clearInterval(touching)
        making.delete(bundle.id)
      })
    making.set(bundle.id, made)
  }
  const makeOne = async (bundle: Bundle) => {
    const finish = (more: Partial<Bundle>) => files.save({ ...bundle, ...more, finished_at: new Date().toISOString() })
    try {
      const signal = AbortSignal.any([ending.signal, AbortSignal.timeout(DEADLINE_MS)])
      const { manifest, files: packed } = await gather(bundle, { ...options, signal })
      const written = await writeBundle(files.archive(bundle.id), files.partial(bundle.id), packed)
      await finish({ ...written, status: 'ready', errors: manifest.errors })
      await files.tidy(kept, abandonedMs)
    } catch (error) {
      if (ending.signal.aborted) throw error
      onError(`bundle ${bundle.id}`, error)
      await finish({
        status: 'failed',
        errors: [{ layer: 'incident', source: 'the agent', message: options.redact(describeError(error)) }],
      })
    }
  }
  const takeUp = async () => {
    for (const bundle of await files.abandoned(abandonedMs)) {
      if (making.has(bundle.id)) continue
      await files.touch(bundle.id)
      make(bundle)
    }
  }
  await files.tidy(kept, abandonedMs)
  const sweep = setInterval(
    () => void takeUp().catch((error: unknown) => onError('bundles that nobody makes', error)),
    abandonedMs / 3,
  ).unref()

  return {
    async order({ incident, service, database, layers = BUNDLE_LAYERS, requestedBy }) {
      const at = new Date().toISOString()
      const name = (incident ?? service).replace(/[^\w-]/g, '_').slice(0, 60)
      const bundle: Bundle = {
        id: `${name}-${at.slice(0, 19).replace(/[-:]/g, '')}-${randomBytes(3).toString('hex')}`,
        status: 'running',
        incident: incident ?? null,
        service,
        layers: BUNDLE_LAYERS.filter((layer) => layers.includes(layer)),
        errors: [],
        ...(database !== undefined && { database }),
        requested_by: requestedBy,
        created_at: at,
        finished_at: null,
        bytes: null,
        sha256: null,
      }
      await files.save(bundle)
      make(bundle)
      return bundle
    },
    list: files.list,
    find: files.find,
    async made(id, signal) {
      for (;;) {
        const bundle = await files.find(id)
        if (bundle?.status !== 'running') return bundle
        signal.throwIfAborted()
        await Promise.race([making.get(id), new Promise((resolve) => setTimeout(resolve, LOOK_MS))])
      }
    },
    archive: files.archive,
    async [Symbol.asyncDispose]() {
      clearInterval(sweep)
      ending.abort(new Error('the agent is stopping'))
      await Promise.all(making.values())
    },
  }
}

/** The files of a bundle with its manifest. */
async function gather(
  bundle: Bundle,
  { read, targets, limits, redact, versions, maxBytes, directory, signal }: BundlesOptions & { signal: AbortSignal },
) {
  const begun = new Date()
  const whole = bundle.incident === null ? undefined : await read(bundle.incident)
  const incident = whole ?? aboutService(bundle.service, begun)
  const subject = subjectOf(incident, begun, bundle.database)
  const { files, errors } = await collectBundle(subject, {
    targets,
    others: agentMachine(directory),
    layers: bundle.layers,
    limits,
    signal,
  })
  const facts = whole && {
    id: whole.id,
    ref: whole.ref,
    service: whole.service,
    severity: whole.severity,
    status: whole.status,
    opened_at: whole.opened_at,
  }
  return packBundle(
    {
      format: 'oncall-lab/bundle',
      version: 1,
      id: bundle.id,
      requested_by: bundle.requested_by,
      made_from: begun.toISOString(),
      made_until: new Date().toISOString(),
      incident: facts ?? null,
      service: bundle.service,
      versions,
      layers: bundle.layers,
      errors,
    },
    // First, so that it is what stays when there is too much.
    [...(whole && bundle.layers.includes('incident') ? incidentFiles(whole) : []), ...files],
    { redact, maxBytes },
  )
}

function incidentFiles(incident: IncidentWithTimeline): CollectedFile[] {
  const facts = { layer: 'incident' as const, source: 'the memory of the agent', ok: true, milliseconds: 0 }
  return [
    { ...facts, path: 'incident/incident.json', content: incident },
    { ...facts, path: 'incident/report.md', content: incidentReport(incident) },
  ]
}

/** A bundle about a service is one about an incident that nobody has opened. */
function aboutService(service: string, now: Date): Incident {
  return {
    id: '',
    ref: '',
    status: 'investigating',
    severity: 'none',
    service,
    alerts: [],
    opened_at: now.toISOString(),
    diagnosed_at: null,
    resolved_at: null,
    diagnosis: null,
    ticket: null,
  }
}
