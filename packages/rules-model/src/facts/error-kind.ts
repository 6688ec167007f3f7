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
  /** The database gave up on a statement that took too long. */
  | 'statement_timeout'
  /** An open connection was lost. */
  | 'connection'
  | 'timeout'
  | 'storage'
  /** An allocation failed. */
  | 'memory'
  | 'programming'
  | 'other'

/** https://www.postgresql.org/docs/current/errcodes-appendix.html and Node's own. */
const CODES: [ErrorKind, RegExp][] = [
  ['refused', /^(57P0[123]|ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN)$/],
  ['no_slots', /^53300$/],
  ['pool_timeout', /^pool_timeout$/i],
  ['lock_timeout', /^(55P03|40P01)$/],
  ['statement_timeout', /^57014$/],
  ['connection', /^(08...|ECONNRESET|ECONNABORTED|EPIPE|connection_lost)$/],
  ['timeout', /^(ETIMEDOUT|ESOCKETTIMEDOUT|connect_timeout|query_timeout)$/],
  ['storage', /^(53100|25006|58030|XX\w\w\w|ENOSPC|SQLITE_\w+)$/],
  ['memory', /^(53200|ENOMEM)$/],
]

const WORDS: [ErrorKind, RegExp][] = [
  ['no_slots', /too many (clients|connections)|remaining connection slots/i],
  [
    'pool_timeout',
    /pool (is )?(full|exhausted)|timeout exceeded when trying to connect|no connection (of the pool )?(was|became|is) (free|available)/i,
  ],
  ['lock_timeout', /lock timeout|lock wait timeout|deadlock detected|could not obtain lock/i],
  ['statement_timeout', /statement timeout|canceling statement/i],
  [
    'refused',
    /\bECONNREFUSED\b|\bEHOSTUNREACH\b|\bENETUNREACH\b|\bENOTFOUND\b|\bEAI_AGAIN\b|terminating connection due to|database system is (starting up|shutting down|in recovery)|cannot connect now|(could|can)(no|n')t connect|not able to connect/i,
  ],
  [
    'connection',
    /\b(database|connection|socket|client|pool|store|storage|server)\b[^.]{0,40}\b(not open|is closed|was closed|closed|terminated|lost|ended|refused|reset|unavailable|not queryable|gone away|went away|hang up|shutting down)\b/i,
  ],
  ['connection', /\bECONN(RESET|ABORTED)\b|\bEPIPE\b|socket hang up|statement (has been|was|is) finalized|calling end on the pool/i],
  ['timeout', /\bETIMEDOUT\b|\bESOCKETTIMEDOUT\b|(query|connect(ion)?|read|operation|request)\b[^.]{0,30}\btime(d)?[ -]?out/i],
  [
    'storage',
    /\bSQLITE_\w+|database is being set up|\bdatabase is locked|disk I\/O error|\bENOSPC\b|no space left|read-only (transaction|file system|database)/i,
  ],
  ['memory', /allocation failed|out of memory|\bENOMEM\b/i],
]

const PROGRAMMING = /^(TypeError|ReferenceError|RangeError|SyntaxError|AssertionError|URIError|EvalError)\b/
const PROGRAMMING_WORDS =
  /^(Cannot (read|set) propert|.* is not (a function|defined|iterable|a constructor)|Maximum call stack|Invalid array length)/

/** Sorts an error by its code where it has one, else by its message and class; a programming error stays one whatever its message mentions. */
export function kindOfError({ error, message, code }: { error?: string; message: string; code?: string }): ErrorKind {
  if (PROGRAMMING_WORDS.test(message)) return 'programming'
  const byCode = code === undefined ? undefined : CODES.find(([, codes]) => codes.test(code))
  const found = byCode ?? WORDS.find(([, words]) => words.test(message) || words.test(error ?? ''))
  if (found) return found[0]
  return PROGRAMMING.test(error ?? message) ? 'programming' : 'other'
}

/** True for errors that come out of something behind the service: a database, a socket, a disk. */
export function isDependencyError(kind: ErrorKind): boolean {
  return kind !== 'programming' && kind !== 'other' && kind !== 'memory'
}
