import { randomUUID } from 'node:crypto'
import { describeError } from '@oncall-lab/service-kit/errors'
import { createSemaphore } from '@oncall-lab/service-kit/semaphore'
import type { BundleError, BundleLayer } from '../api.ts'
import { callTool } from '../functions/call-tool.ts'
import type { Limits } from '../functions/limits.ts'
import type { BundledLook, BundleSubject } from '../targets/bundled-look.ts'
import type { Target } from '../targets/target.ts'

/** One file of a bundle before it is written. */
export interface CollectedFile {
  path: string
  layer: BundleLayer
  source: string
  ok: boolean
  milliseconds: number
  /** An object becomes JSON. */
  content: object | string
}

interface CollectOptions {
  targets: readonly Target[]
  /** What belongs to no target. */
  others: readonly BundledLook[]
  layers: readonly BundleLayer[]
  limits: Limits
  signal: AbortSignal
}

/** Others look too. */
const AT_ONCE = 4
/** A file may hold more than a model can read. */
const RESULT_CHARS = 1_000_000
const COVERS_WITHIN_MS = 2_000

/** Asks every target for what it shows of the subject. What fails is an error of the bundle; nothing that happens here prevents it. */
export async function collectBundle(
  subject: BundleSubject,
  { targets, others, layers, limits, signal }: CollectOptions,
): Promise<{ files: CollectedFile[]; errors: BundleError[] }> {
  const turns = createSemaphore(AT_ONCE)
  const errors: BundleError[] = []
  const looks = await Promise.all(targets.map((target) => looksOf(target, subject, { layers, errors, signal })))
  const own = others.map((look) => ({ look, id: '', run: () => runLook(look, undefined, subject, { limits, signal }) }))
  const files = await Promise.all(
    [...looks.flat().map((each) => ({ ...each, run: () => runLook(each.look, each.target, subject, { limits, signal }) })), ...own]
      .filter(({ look }) => layers.includes(look.layer))
      .map(({ look, id, run }) =>
        turns.run(async () => {
          const begun = performance.now()
          const { ok, source, content, message } = await run()
          if (!ok) errors.push({ layer: look.layer, source, message })
          const path = `${look.layer}/${id === '' ? '' : `${id}-`}${look.name}.json`
          return { path, layer: look.layer, source, ok, milliseconds: Math.round(performance.now() - begun), content }
        }),
      ),
  )
  for (const layer of layers)
    if (layer !== 'incident' && !files.some((file) => file.layer === layer) && !errors.some((error) => error.layer === layer))
      errors.push({
        layer,
        source: 'the configuration',
        message: `no target that is configured shows the ${layer} of ${subject.incident.service}`,
      })
  return { files: files.toSorted((a, b) => layers.indexOf(a.layer) - layers.indexOf(b.layer) || (a.path < b.path ? -1 : 1)), errors }
}

/** A target that cannot tell whether it sees the service is asked all the same. */
async function looksOf(
  target: Target,
  subject: BundleSubject,
  { layers, errors, signal }: Pick<CollectOptions, 'layers' | 'signal'> & { errors: BundleError[] },
): Promise<{ look: BundledLook; id: string; target: Target }[]> {
  const looks = (target.bundled?.(subject) ?? []).filter(({ layer }) => layers.includes(layer))
  const within = AbortSignal.any([signal, AbortSignal.timeout(COVERS_WITHIN_MS)])
  const isNamed = subject.database !== undefined && target.id === 'postgres'
  const isSeen = looks.length > 0 && (isNamed || (await target.covers(subject.incident, within).catch(() => true)))
  if (isSeen) return looks.map((look) => ({ look, id: target.id, target }))
  for (const layer of new Set(looks.map((look) => look.layer)))
    errors.push({ layer, source: target.id, message: `it does not see the service ${subject.incident.service}` })
  return []
}

interface Seen {
  ok: boolean
  source: string
  content: object
  message: string
}

async function runLook(
  look: BundledLook,
  target: Target | undefined,
  { incident }: BundleSubject,
  { limits, signal }: Pick<CollectOptions, 'limits' | 'signal'>,
): Promise<Seen> {
  if ('call' in look) {
    const { name, args } = look.call
    const source = `${name} ${JSON.stringify(args)}`
    const call = { id: randomUUID(), type: 'function' as const, function: { name, arguments: JSON.stringify(args) } }
    const wide = { ...limits, resultChars: RESULT_CHARS }
    const { ok, result, summary } = await callTool([...(target?.functions ?? [])], call, { incident, limits: wide, signal })
    return { ok, source, content: { summary, result: JSON.parse(result) }, message: summary }
  }
  try {
    return {
      ok: true,
      source: look.source,
      content: await look.read(AbortSignal.any([signal, AbortSignal.timeout(limits.toolMs)])),
      message: '',
    }
  } catch (error) {
    const message = describeError(error)
    return { ok: false, source: look.source, content: { error: message }, message }
  }
}
