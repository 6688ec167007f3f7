import { type Known, type Schema, sample } from './sample.ts'
import type { Listener, Seed } from './seed.ts'

interface Operation {
  parameters?: { name: string; in: string; schema: Schema }[]
  requestBody?: { content: Record<string, { schema: Schema }> }
}
type Document = { paths: Record<string, Record<string, Operation>> }

/** One seed for each operation of a listener's own document (`GET /api/openapi.json`). */
export async function documentedSeeds(listener: Listener, known: Known, streams: readonly string[]): Promise<Seed[]> {
  const answer = await fetch(`http://${listener.host}:${listener.port}/api/openapi.json`)
  const { paths } = (await answer.json()) as Document // OpenAPI, as service-kit writes it.
  return Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => seedOf({ listener, path, method, operation, known, streams })),
  )
}

function seedOf({
  listener,
  path,
  method,
  operation,
  known,
  streams,
}: {
  listener: Listener
  path: string
  method: string
  operation: Operation
  known: Known
  streams: readonly string[]
}): Seed {
  const value = (name: string, schema: Schema) => encodeURIComponent(String(sample(schema, known, name)))
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) =>
    value(name, operation.parameters?.find((each) => each.name === name)?.schema ?? {}),
  )
  const query = (operation.parameters ?? [])
    .filter((each) => each.in === 'query')
    .map(({ name, schema }) => `${name}=${value(name, schema)}`)
  const schema = operation.requestBody?.content['application/json']?.schema
  return {
    listener,
    method: method.toUpperCase(),
    path: query.length > 0 ? `${filled}?${query.join('&')}` : filled,
    headers: { accept: '*/*' },
    ...(schema ? { body: sample(schema, known) } : method === 'post' ? { body: {} } : {}),
    ...(streams.includes(path) && { streams: true }),
  }
}
