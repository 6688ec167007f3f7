import * as client from '@kubernetes/client-node'
import { parseAllDocuments } from 'yaml'

/** One document of a file of manifests. */
export interface Manifest {
  apiVersion: string
  kind: string
  metadata: { name: string; namespace?: string }
}

/** A type of the API, as the official client has it from the API's own document. */
interface ApiType {
  getAttributeTypeMap(): { baseName: string; type: string }[]
}

/** `Deployment` of `apps/v1` is `V1Deployment`. */
const typeOf = (name: string) => (client as unknown as Record<string, ApiType | undefined>)[name]

/** What is wrong with a value of this type, by path: fields that there are none of, and values of another kind. */
function problemsOf(value: unknown, type: string, path: string): string[] {
  const [, item] = /^Array<(.*)>$/.exec(type) ?? []
  if (item) return Array.isArray(value) ? value.flatMap((each, i) => problemsOf(each, item, `${path}[${i}]`)) : [`${path}: no list`]
  const [, entry] = /^\{ \[key: string\]: (.*); \}$/.exec(type) ?? []
  if (typeof value !== 'object' || value === null) {
    const isPlain = type === 'any' || type === 'IntOrString' || type === typeof value
    return isPlain ? [] : [`${path}: ${typeof value}, not ${type}`]
  }
  if (entry) return Object.entries(value).flatMap(([key, each]) => problemsOf(each, entry, `${path}.${key}`))
  const known = typeOf(type)?.getAttributeTypeMap()
  if (!known) return [`${path}: no type ${type}`]
  return Object.entries(value).flatMap(([key, each]) => {
    const field = known.find(({ baseName }) => baseName === key)
    return field ? problemsOf(each, field.type, `${path}.${key}`) : [`${path}: there is no field ${key}`]
  })
}

/** What of a manifest does not fit the API. */
export const problemsOfManifest = (manifest: Manifest) =>
  problemsOf(manifest, `V1${manifest.kind}`, `${manifest.kind} ${manifest.metadata?.name}`)

/** The manifests of a file; documents without anything are left out. */
export const parseManifests = (text: string): Manifest[] =>
  parseAllDocuments(text, { merge: true }).flatMap((document) => (document.toJS() as Manifest | null) ?? [])
