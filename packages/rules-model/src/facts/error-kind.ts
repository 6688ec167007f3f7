import { CODES, PRECISE, WORDS } from './error-words.ts'

/** What an error's own words tell about where it comes from: the service's code, or something that the service depends on. */
export type ErrorKind =
  /** Nobody accepts connections, or the server is going down or coming up. */
  | 'refused'
  /** The database has no connection slot left. */
  | 'no_slots'
  /** The process's own pool gave no connection in time. */
  | 'pool_timeout'
  /** A lock was not got in time. */
  | 'lock_timeout'
  | 'deadlock'
  /** The database gave up on a statement that took too long. */
  | 'statement_timeout'
  /** An open connection was lost. */
  | 'connection'
  | 'timeout'
  /** The database takes no writes. */
  | 'read_only'
  /** The store refuses to work. */
  | 'storage'
  /** A file system of the host takes no writes, or gives no data. */
  | 'file_system'
  /** No space left on a device. */
  | 'disk'
  /** A name, a password or a certificate of ours is not accepted. */
  | 'login'
  /** A table, column or function is not there. */
  | 'schema'
  | 'permission'
  /** A stored or received value does not fit. */
  | 'data'
  /** A setting is missing or invalid. */
  | 'configuration'
  /** A host name has no address. */
  | 'name'
  | 'certificate'
  /** Another service answered with a 5xx, is overloaded, or has no member that could answer. */
  | 'upstream'
  /** A limit that was set or paid for is used up: a quota, a throughput, the memory of a cache. */
  | 'quota'
  /** File descriptors, threads, ports or buffers ran out. */
  | 'resource'
  /** An allocation failed. */
  | 'memory'
  | 'programming'
  | 'other'

const PROGRAMMING =
  /^(?:[\w.]*\.)?(TypeError|ReferenceError|RangeError|AssertionError|URIError|EvalError|KeyError|IndexError|AttributeError|NameError|UnboundLocalError|ZeroDivisionError|NotImplementedError|RecursionError|NullPointerException|ClassCastException|ArrayIndexOutOfBoundsException|IndexOutOfBoundsException|IllegalArgumentException|IllegalStateException|ArithmeticException|NoSuchElementException|NumberFormatException|StackOverflowError|UnsupportedOperationException|ConcurrentModificationException|NoMethodError|UndefinedError)\b/
const PROGRAMMING_WORDS =
  /^(Cannot (read|set) propert|.* is not (a function|defined|iterable|a constructor)|Maximum call stack|Invalid array length)|runtime error: (invalid memory address|index out of range|slice bounds|integer divide|nil map)|nil pointer dereference|'NoneType' object|object has no attribute|interface conversion: |assignment to entry in nil map|undefined method /

/** Sorts an error by its code where it has one, else by its message and class; a programming error stays one whatever its message mentions. */
export function kindOfError({ error, message, code }: { error?: string; message: string; code?: string }): ErrorKind {
  if (PROGRAMMING_WORDS.test(message)) return 'programming'
  const precise = PRECISE.find(([, words]) => words.test(message))
  if (precise) return precise[0]
  // A client that gives up ends its own connection.
  if (code === 'ECONNABORTED' && /time-?(d )?out/i.test(message)) return 'timeout'
  const byCode = code === undefined ? undefined : CODES.find(([, codes]) => codes.test(code))
  const found = byCode ?? WORDS.find(([, words]) => words.test(message) || words.test(error ?? ''))
  if (found) return found[0]
  if (code === '08P01') return 'connection'
  return PROGRAMMING.test(error ?? message) || PROGRAMMING.test(message) || PROGRAMMING_WORDS.test(message.replace(/^[^:]*: /, ''))
    ? 'programming'
    : 'other'
}

/** True for errors that come out of the database, or that a connection to it may be behind. */
export function isDatabaseError(kind: ErrorKind): boolean {
  return /^(refused|no_slots|pool_timeout|lock_timeout|deadlock|statement_timeout|connection|timeout|read_only|storage|disk|login|schema|permission)$/.test(
    kind,
  )
}
