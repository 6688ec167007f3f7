import { Type } from 'typebox'
import { defineTool } from '../src/functions/tool.ts'
import type { Target } from '../src/targets/target.ts'
import { lookTarget, lookTools } from './look-tools.ts'

const tool = (name: string, run: () => object) =>
  defineTool({
    name,
    description: name,
    parameters: Type.Object({}, { additionalProperties: false }),
    run: async () => run(),
    summarise: (result) => `${name} says ${JSON.stringify(result).slice(0, 200)}.`,
  })

/** A database, a cluster that cannot be reached, and metrics; each says what it is given, in results as well as in what is read. */
export function bundleTargets(says: readonly string[] = ['fine']): Target[] {
  const database: Target = {
    ...lookTarget([tool('get_active_connections', () => ({ groups: says.map((application) => ({ application })) }))]),
    id: 'postgres',
    bundled: () => [{ layer: 'database', name: 'get_active_connections', call: { name: 'get_active_connections', args: {} } }],
  }
  const broken = tool('get_pods', () => {
    throw new Error(`The cluster refuses ${says[0]}`)
  })
  const cluster: Target = {
    ...lookTarget([broken]),
    id: 'kubernetes',
    bundled: () => [{ layer: 'kubernetes', name: 'get_pods', call: { name: 'get_pods', args: {} } }],
  }
  const metrics: Target = {
    ...lookTarget([]),
    id: 'prometheus',
    bundled: ({ from }) => [
      {
        layer: 'metrics',
        name: 'series',
        source: 'query_range',
        read: async () => ({ series: says.map((user) => ({ labels: { user, [user]: 'x' }, points: [[from.getTime() / 1_000, 0.5]] })) }),
      },
    ],
  }
  const logs: Target = {
    ...lookTarget(lookTools()),
    bundled: () => [{ layer: 'logs', name: 'errors', call: { name: 'fetch_logs', args: { seconds: 60, limit: 50 } } }],
  }
  return [logs, database, cluster, metrics]
}
