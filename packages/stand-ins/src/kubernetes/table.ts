import type { KubernetesObject } from './kubernetes-object.ts'
import type { Resource } from './resource.ts'
import { COLUMNS, type Column } from './table-columns.ts'

/** What a row shows of its object: all of it, or its metadata alone. */
export type Included = 'Object' | 'Metadata' | 'None'

/** The `Table` that kubectl prints (https://kubernetes.io/docs/reference/using-api/api-concepts/#receiving-resources-as-tables). */
export function tableOf(
  resource: Resource,
  objects: KubernetesObject[],
  { version, now, included = 'Metadata', withColumns = true }: { version: string; now: number; included?: Included; withColumns?: boolean },
): object {
  const columns = COLUMNS[resource.name] ?? DEFAULT_COLUMNS
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata: { resourceVersion: version },
    columnDefinitions: withColumns
      ? columns.map(({ name, type = 'string', wide = false }) => ({
          name,
          type,
          format: name === 'Name' ? 'name' : '',
          description: '',
          priority: wide ? 1 : 0,
        }))
      : null,
    rows: objects.map((object) => ({
      cells: columns.map(({ cell }) => cell(object, now)),
      ...(included !== 'None' && { object: included === 'Object' ? object : partialMetadata(object) }),
    })),
  }
}

function partialMetadata({ metadata }: KubernetesObject): object {
  return { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata }
}

const DEFAULT_COLUMNS: Column[] = [{ name: 'Name', cell: ({ metadata }) => metadata.name }]
