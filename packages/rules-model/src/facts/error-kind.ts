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
  /** Another service answered with a 5xx. */
  | 'upstream'
  /** File descriptors, threads, ports or buffers ran out. */
  | 'resource'
  /** An allocation failed. */
  | 'memory'
  | 'programming'
  | 'other'

/** https://www.postgresql.org/docs/current/errcodes-appendix.html, errno(3), Node's and MySQL's own. */
const CODES: [ErrorKind, RegExp][] = [
  ['refused', /^(57P0[123]|ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|ENETDOWN)$/],
  ['no_slots', /^(53300|1040|ER_CON_COUNT_ERROR)$/],
  ['pool_timeout', /^pool_timeout$/i],
  ['deadlock', /^(40P01|1213|ER_LOCK_DEADLOCK)$/],
  ['lock_timeout', /^(55P03|1205|ER_LOCK_WAIT_TIMEOUT)$/],
  ['statement_timeout', /^57014$/],
  // A pooler gives the code of a broken protocol to all that it refuses: its words say what.
  ['connection', /^(08(?!P01)...|ECONNRESET|ECONNABORTED|EPIPE|ENOTCONN|connection_lost)$/],
  ['timeout', /^(ETIMEDOUT|ESOCKETTIMEDOUT|UND_ERR_\w*TIMEOUT|connect_timeout|query_timeout)$/],
  ['disk', /^(53100|58030|ENOSPC|EDQUOT)$/],
  ['read_only', /^(25006|1290|1792)$/],
  ['file_system', /^(EROFS|EIO|ESTALE|ENOTDIR)$/],
  ['storage', /^(XX\w\w\w|SQLITE_\w+)$/],
  ['login', /^(28...|1045|ER_ACCESS_DENIED_ERROR)$/],
  ['schema', /^(42P0[12]|42P10|42703|42704|42883|3F000|1054|1146|ER_NO_SUCH_TABLE|ER_BAD_FIELD_ERROR)$/],
  ['permission', /^(42501|EACCES|EPERM)$/],
  ['data', /^(22...|23...|21000)$/],
  ['configuration', /^(3D000|ERR_INVALID_URL)$/],
  ['name', /^(ENOTFOUND|EAI_AGAIN|EAI_\w+)$/],
  ['certificate', /^(CERT_\w+|ERR_TLS\w*|ERR_SSL\w*|UNABLE_TO_\w+|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_\w+)$/],
  ['resource', /^(EMFILE|ENFILE|EAGAIN|ENOBUFS|EADDRNOTAVAIL|53400)$/],
  ['memory', /^(53200|ENOMEM|ERR_WORKER_OUT_OF_MEMORY)$/],
]

const WORDS: [ErrorKind, RegExp][] = [
  ['no_slots', /too many (clients|connections)|remaining connection slots|no more connections allowed/i],
  [
    'pool_timeout',
    /pool (is )?(full|exhausted)|query_wait_timeout|QueuePool limit|timeout exceeded when trying to connect|connection is not available, request timed out|no connection (of the pool )?(was|became|is) (free|available)/i,
  ],
  ['deadlock', /deadlock (detected|found)/i],
  ['lock_timeout', /lock timeout|lock wait timeout|could not obtain lock/i],
  ['statement_timeout', /statement timeout|canceling statement/i],
  [
    'login',
    /password authentication failed|authentication failed for user|access denied for user|no pg_hba\.conf entry|role "[^"]*" does not exist/i,
  ],
  [
    'schema',
    /\b(relation|column|function|table|view|sequence) [\w".()]+ (of relation [\w".]+ )?does not exist|unknown column|no such (table|column)|table '[^']+' doesn't exist/i,
  ],
  [
    'permission',
    /permission denied|\bis not authorized to\b|\bAccessDenied\b|insufficient privilege|\bEACCES\b|\bEPERM\b|operation not permitted|must be owner of/i,
  ],
  ['disk', /\bENOSPC\b|no space left|disk (is )?full|disk quota/i],
  [
    'resource',
    /too many open files|\bEMFILE\b|\bENFILE\b|cannot allocate (a )?thread|unable to create (new )?native thread|resource temporarily unavailable|cannot assign requested address/i,
  ],
  [
    'certificate',
    /certificate (has expired|is not yet valid|verify failed|signed by unknown)|x509:|self[- ]signed certificate|CERT_HAS_EXPIRED|CERTIFICATE_VERIFY_FAILED|PKIX path|tls: |ssl handshake|handshake failure/i,
  ],
  [
    'name',
    /\bENOTFOUND\b|\bEAI_AGAIN\b|no such host|name or service not known|name resolution|UnknownHostException|nodename nor servname/i,
  ],
  [
    'refused',
    /\bECONNREFUSED\b|\bEHOSTUNREACH\b|\bENETUNREACH\b|connection refused|no route to host|terminating connection due to|database system is (starting up|shutting down|in recovery)|cannot connect now|(could|can)(no|n')t connect|could not connect|not able to connect|connection attempt failed/i,
  ],
  [
    'upstream',
    /\b(bad gateway|service unavailable|gateway time-?out)\b|\b(responded|answered|replied|returned|failed|status|code|http\/?1?\.?1?)\W+(with\W+|code\W+|status\W+|of\W+)*50[0234]\b|\bupstream\b.{0,40}\b(50\d|failed|unavailable|error)\b|\b50[234] (from|by)\b/i,
  ],
  [
    'connection',
    /\b(database|connection|socket|client|pool|store|storage|server)\b[^.]{0,40}\b(not open|is closed|was closed|closed|terminated|lost|ended|refused|reset|unavailable|not queryable|gone away|went away|hang up|shutting down)\b/i,
  ],
  [
    'connection',
    /\bECONN(RESET|ABORTED)\b|\bEPIPE\b|broken pipe|socket hang up|unexpected EOF|statement (has been|was|is) finalized|calling end on the pool/i,
  ],
  [
    'timeout',
    /\bETIMEDOUT\b|\bESOCKETTIMEDOUT\b|deadline exceeded|i\/o timeout|timed out|SocketTimeoutException|ReadTimeout|(query|connect(ion)?|read|operation|request)\b[^.]{0,30}\btime(d)?[ -]?out/i,
  ],
  ['memory', /allocation failed|out of memory|\bENOMEM\b|OutOfMemoryError|MemoryError|cannot allocate memory|heap limit/i],
  ['file_system', /read-only file ?system|input\/output error|stale (nfs )?file handle/i],
  ['read_only', /in a read-only transaction|--read-only option|read only replica/i],
  ['storage', /\bSQLITE_\w+|database is being set up|\bdatabase is locked|disk I\/O error|read-only database/i],
  [
    'configuration',
    /\b(missing|required|undefined|unset|invalid|unknown|no) (required )?(environment variable|env var|setting|configuration|config|option|value for)|\benvironment variable\b.{0,60}\b(missing|required|not set|must be|invalid|empty)|\b[A-Z][A-Z0-9]+(_[A-Z0-9]+)+ (is|must be|was|has) (required|not set|missing|unset|set|invalid)/,
  ],
  [
    'data',
    /unexpected (token|end of JSON|character)|invalid (input syntax|byte sequence|JSON|utf-?8)|violates (check|not-null|foreign key|unique|exclusion) constraint|duplicate (key|entry)|JSONDecodeError|malformed|could not (parse|decode|deserialize)|out of range for type/i,
  ],
]

const PROGRAMMING =
  /^(?:[\w.]*\.)?(TypeError|ReferenceError|RangeError|AssertionError|URIError|EvalError|KeyError|IndexError|AttributeError|NameError|UnboundLocalError|ZeroDivisionError|NotImplementedError|RecursionError|NullPointerException|ClassCastException|ArrayIndexOutOfBoundsException|IndexOutOfBoundsException|IllegalArgumentException|IllegalStateException|ArithmeticException|NoSuchElementException|NumberFormatException|StackOverflowError|UnsupportedOperationException|ConcurrentModificationException|NoMethodError|UndefinedError)\b/
const PROGRAMMING_WORDS =
  /^(Cannot (read|set) propert|.* is not (a function|defined|iterable|a constructor)|Maximum call stack|Invalid array length)|runtime error: (invalid memory address|index out of range|slice bounds|integer divide|nil map)|nil pointer dereference|'NoneType' object|object has no attribute|interface conversion: |assignment to entry in nil map|undefined method /

/** Sorts an error by its code where it has one, else by its message and class; a programming error stays one whatever its message mentions. */
export function kindOfError({ error, message, code }: { error?: string; message: string; code?: string }): ErrorKind {
  if (PROGRAMMING_WORDS.test(message)) return 'programming'
  // inotify(7) gives the errno of a full disk for its own limit.
  if (/\b(file watchers|inotify)\b/i.test(message)) return 'resource'
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
