import { BaseSequencer, type TestSpecification } from 'vitest/node'

/**
 * What takes ten seconds and more in a run of everything, longest first: whole labs, many processes, another program over all rules. One of them
 * begun last would hold up the end alone.
 */
const SLOW = [
  'test/end-to-end.test.ts',
  'database-faults.test.ts',
  'rules/alerts.test.ts',
  'src/process-manager.test.ts',
  'hosts/target.test.ts',
  'faults/faults.test.ts',
  'delivery/outbox.test.ts',
  'database-faults/db-down.test.ts',
  'postgres/postgres-store.test.ts',
  'store/database-away.test.ts',
  'inventory/src/bad-input.test.ts',
  'inventory/src/instances.test.ts',
  'load-balancer/src/ambiguous-requests.test.ts',
  // Those that are measured.
  'agent-event-loop.test.ts',
  'test/regular-expressions.test.ts',
  'traffic/src/run/run-traffic.test.ts',
  'traffic/src/main.test.ts',
]

/** Begins with the files that take longest, so that none of them is left over for the end. */
export class SlowestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const place = ({ moduleId }: TestSpecification) => {
      const found = SLOW.findIndex((name) => moduleId.endsWith(name))
      return found === -1 ? SLOW.length : found
    }
    return sorted.toSorted((a, b) => place(a) - place(b))
  }
}
