import { describeError } from '@oncall-lab/service-kit/errors'
import { applyPatch as applyJsonPatch, type Operation, Pointer } from 'rfc6902'
import { badRequest, StatusError, unsupportedMediaType } from './status-error.ts'

const JSON_PATCH = 'application/json-patch+json'
const MERGE_PATCH = 'application/merge-patch+json'
const STRATEGIC_PATCH = 'application/strategic-merge-patch+json'

/** Both as the API server bounds them. https://github.com/kubernetes/kubernetes/blob/v1.31.0/staging/src/k8s.io/apiserver/pkg/endpoints/handlers/patch.go */
const MOST_OPERATIONS = 10_000
const MOST_COPIED = 3 * 1_048_576

/** The content types of a PATCH that are understood. */
export const PATCH_TYPES = [JSON_PATCH, MERGE_PATCH, STRATEGIC_PATCH]

/** The object after a patch (RFC 6902, RFC 7386, or Kubernetes' strategic merge). @throws StatusError 400, 413 or 415. */
export function applyPatch<T extends object>(object: T, type: string, patch: unknown): T {
  const copy = structuredClone(object)
  if (type === JSON_PATCH) return applyOperations(copy, patch)
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) throw badRequest('the patch must be a JSON object')
  // A merge of an object into an object of the API is one again; the caller checks it.
  if (type === MERGE_PATCH) return merge(copy, patch, false) as T
  if (type === STRATEGIC_PATCH) return merge(copy, patch, true) as T
  throw unsupportedMediaType(type, PATCH_TYPES)
}

function applyOperations<T extends object>(object: T, patch: unknown): T {
  if (!Array.isArray(patch)) throw badRequest('a JSON patch must be a list of operations')
  if (patch.length > MOST_OPERATIONS)
    throw tooLarge(`The allowed maximum operations in a JSON patch is ${MOST_OPERATIONS}, got ${patch.length}`)
  let copied = 0
  for (const operation of patch) {
    copied += sizeOfCopy(object, operation)
    if (copied > MOST_COPIED)
      throw tooLarge(`Unable to complete the copy, the accumulated size increase of copy is ${copied}, exceeding the limit ${MOST_COPIED}`)
    // The first one that fails ends it: each failure that is looked for has its stack, which takes its time.
    const problem = problemOf(object, operation)
    if (problem !== undefined) throw badRequest(`the patch cannot be applied: ${problem}`)
  }
  return object
}

const tooLarge = (message: string) => new StatusError(413, 'RequestEntityTooLarge', message)

/** Characters that an operation adds by copying: a value that is copied into itself is twice as large each time. */
function sizeOfCopy(object: object, operation: unknown): number {
  if (!isObject(operation) || operation.op !== 'copy' || typeof operation.from !== 'string') return 0
  try {
    return JSON.stringify(Pointer.fromJSON(operation.from).get(object))?.length ?? 0
  } catch {
    return 0 // Applied, it says what is wrong with it.
  }
}

/** rfc6902 returns the error of an operation that fails, and throws at one that is none. */
function problemOf(object: object, operation: unknown): string | undefined {
  try {
    return applyJsonPatch(object, [operation] as Operation[])[0]?.message
  } catch (error) {
    return describeError(error)
  }
}

type Json = Record<string, unknown>
const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)

function merge(target: unknown, patch: object, strategic: boolean): Json {
  const merged: Json = isObject(target) ? { ...target } : {}
  for (const [key, value] of Object.entries(patch)) {
    // Directives such as `$setElementOrder/containers` order lists; here a list keeps its own order.
    if ((strategic && key.startsWith('$')) || key === '__proto__') continue
    if (value === null) delete merged[key]
    else if (isObject(value)) merged[key] = merge(merged[key], value, strategic)
    else if (strategic && Array.isArray(value) && Array.isArray(merged[key]) && isNamed(value))
      merged[key] = mergeByName(merged[key], value)
    else merged[key] = value
  }
  return merged
}

const isNamed = (list: unknown[]): list is (Json & { name: string })[] =>
  list.length > 0 && list.every((each) => isObject(each) && typeof each.name === 'string')

/** Lists of containers, ports and the like are merged by `name`. */
function mergeByName(target: unknown[], patch: (Json & { name: string })[]): unknown[] {
  const changes = new Map(patch.toReversed().map((change) => [change.name, change]))
  const kept = target.map((each) => {
    const change = isObject(each) ? changes.get(String(each.name)) : undefined
    return change ? merge(each, change, true) : each
  })
  const known = new Set(target.filter(isObject).map(({ name }) => name))
  return [...kept, ...patch.filter(({ name }) => !known.has(name))].filter(
    (each) => !(isObject(each) && each.$patch === 'delete' && changes.has(String(each.name))),
  )
}
