import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Play with a whole lab or with many processes and mostly wait, so all else runs beside them. */
const SLOW = [
  'test/end-to-end.test.ts',
  'test/models.test.ts',
  'process-manager.test.ts',
  'database-faults.test.ts',
  'faults/faults.test.ts',
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
