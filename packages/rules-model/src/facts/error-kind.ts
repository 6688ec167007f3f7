/** What an error's own words tell about where it comes from: the service's code, or something that the service depends on. */
export type ErrorKind = 'connection' | 'overload' | 'timeout' | 'storage' | 'programming' | 'other'

const DEPENDENCY_WORDS: [ErrorKind, RegExp][] = [
  [
    'overload',
    /too many (clients|connections)|remaining connection slots|pool (is )?(full|exhausted)|timeout exceeded when trying to connect/i,
  ],
  [
    'connection',
    /\b(database|connection|socket|client|pool|store|storage|server)\b[^.]{0,40}\b(not open|is closed|was closed|closed|terminated|lost|ended|refused|reset|unavailable|not queryable|gone away|went away|hang up|shutting down)\b/i,
  ],
  ['connection', /\bECONN(REFUSED|RESET|ABORTED)\b|\bEPIPE\b|\bENOTFOUND\b|\bEHOSTUNREACH\b|\bENETUNREACH\b|\bEAI_AGAIN\b|socket hang up/],
  [
    'connection',
    /statement (has been|was|is) finalized|terminating connection|cannot connect now|(could|can)(no|n')t connect|not able to connect|calling end on the pool/i,
  ],
  [
    'timeout',
    /\bETIMEDOUT\b|\bESOCKETTIMEDOUT\b|(statement|query|lock|connect(ion)?|read|operation|request)\b[^.]{0,30}\btime(d)?[ -]?out/i,
  ],
  [
    'storage',
    /\bSQLITE_\w+|\bdatabase is locked|disk I\/O error|\bENOSPC\b|no space left|read-only (transaction|file system|database)|deadlock detected/i,
  ],
]

const PROGRAMMING = /^(TypeError|ReferenceError|RangeError|SyntaxError|AssertionError|URIError|EvalError)\b/
const PROGRAMMING_WORDS =
  /^(Cannot (read|set) propert|.* is not (a function|defined|iterable|a constructor)|Maximum call stack|Invalid array length)/

/** Sorts an error by its class and message; a programming error stays one whatever its message mentions. */
export function kindOfError(error: string | undefined, message: string): ErrorKind {
  if (PROGRAMMING_WORDS.test(message)) return 'programming'
  const dependency = DEPENDENCY_WORDS.find(([, words]) => words.test(message) || words.test(error ?? ''))
  if (dependency) return dependency[0]
  return PROGRAMMING.test(error ?? message) ? 'programming' : 'other'
}

/** True for errors that come out of something behind the service: a database, a socket, a disk. */
export function isDependencyError(kind: ErrorKind): boolean {
  return kind !== 'programming' && kind !== 'other'
}
