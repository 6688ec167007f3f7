import type { AddressBook } from './address-book.ts'
import type { Clock } from './clock/clock.ts'
import type { LabDirectory } from './lab-directory.ts'
import type { ProgramSurroundings } from './programs/program.ts'

/** Everything a command knows about the lab it acts on. */
export interface Lab {
  book: AddressBook
  directory: LabDirectory
  /** The usual one where none is named. */
  clock?: Clock
  /** Where the on-call agent reaches Prometheus, when something stands in between. */
  prometheusOfAgent?: string
  /** The environment of the command line, with `.env` read in. */
  env: Record<string, string | undefined>
  programs: Omit<ProgramSurroundings, 'say' | 'signal'>
}
