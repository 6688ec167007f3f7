import type { ErrorKind } from './error-kind.ts'

/** https://www.postgresql.org/docs/current/errcodes-appendix.html, errno(3), those of Node, undici, c-ares, MySQL and Prisma. */
export const CODES: [ErrorKind, RegExp][] = [
  ['refused', /^(57P0[123]|P1001|ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|ENETDOWN)$/],
  ['no_slots', /^(53300|1040|ER_CON_COUNT_ERROR)$/],
  ['pool_timeout', /^(pool_timeout|P2024)$/i],
  ['deadlock', /^(40P01|1213|ER_LOCK_DEADLOCK)$/],
  ['lock_timeout', /^(55P03|1205|ER_LOCK_WAIT_TIMEOUT)$/],
  ['statement_timeout', /^57014$/],
  // A pooler gives the code of a broken protocol to all that it refuses: its words say what.
  [
    'connection',
    /^(08(?!P01)...|57P05|25P03|ECONNRESET|ECONNABORTED|EPIPE|ENOTCONN|connection_lost|PROTOCOL_CONNECTION_LOST|UND_ERR_(SOCKET|CLOSED|DESTROYED)|ERR_STREAM_PREMATURE_CLOSE|ERR_HTTP2_\w+|P1017|2006|2013|ER_SERVER_LOST)$/,
  ],
  ['timeout', /^(ETIMEDOUT|ESOCKETTIMEDOUT|UND_ERR_\w*TIMEOUT|connect_timeout|query_timeout|P1002|P1008)$/],
  ['disk', /^(53100|58030|1114|ER_RECORD_FILE_FULL|ENOSPC|EDQUOT)$/],
  ['read_only', /^(25006|1290|1792|10107)$/],
  ['file_system', /^(EROFS|EIO|ESTALE|ENOTDIR)$/],
  ['storage', /^(XX\w\w\w|SQLITE_\w+)$/],
  ['login', /^(28...|P1000|1045|ER_ACCESS_DENIED_ERROR)$/],
  ['schema', /^(42P0[12]|42P10|42703|42704|42804|42846|42883|P202[12]|3F000|1054|1146|ER_NO_SUCH_TABLE|ER_BAD_FIELD_ERROR)$/],
  ['permission', /^(42501|P1010|1044|1142|ER_DBACCESS_DENIED_ERROR|ER_TABLEACCESS_DENIED_ERROR|EACCES|EPERM)$/],
  [
    'data',
    /^(22...|23...|21000|1062|1264|1366|1406|1452|ER_DUP_ENTRY|ER_DATA_TOO_LONG|ER_NO_REFERENCED_ROW_2|11000|540(01|11|23)|P20(0[0-7]|1[1-4]|20))$/,
  ],
  ['programming', /^(42601|42803|25P0[12]|34000)$/],
  ['programming', /^(MODULE_NOT_FOUND|ERR_MODULE_NOT_FOUND|ERR_HTTP_HEADERS_SENT|ERR_INVALID_ARG_\w+|ERR_UNHANDLED_REJECTION)$/],
  ['configuration', /^(3D000|1049|ER_BAD_DB_ERROR|EADDRINUSE|ERR_OSSL_\w+|57P04|F0000|P1003|ERR_INVALID_URL)$/],
  ['name', /^(ENOTFOUND|EAI_\w+|ESERVFAIL|ENODATA)$/],
  ['certificate', /^(CERT_\w+|ERR_TLS\w*|ERR_SSL\w*|UNABLE_TO_\w+|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_\w+|EPROTO)$/],
  ['upstream', /^(UND_ERR_RESPONSE_STATUS_CODE|HPE_\w+)$/],
  ['resource', /^(EMFILE|ENFILE|EAGAIN|ENOBUFS|EADDRNOTAVAIL|53400)$/],
  ['memory', /^(53200|ENOMEM|ERR_WORKER_OUT_OF_MEMORY)$/],
]

/** Words that tell more than the code that comes with them. */
export const PRECISE: [ErrorKind, RegExp][] = [
  // inotify(7) gives the errno of a full disk for its own limit.
  ['resource', /\b(file watchers|inotify)\b/i],
  // The codes of a feature that is missing, of a constraint, and of any limit of the server.
  ['schema', /cached plan must not change result type|no partition of relation/i],
  ['data', /index row size \d+ exceeds|row is too big/i],
  // The code of all that cannot be serialised; this is a statement on a standby.
  ['other', /conflict with recovery/i],
  // What a proxy on the way out answers stands in an error of a request that was aborted.
  ['permission', /proxy response \(40[137]\)/i],
  ['upstream', /proxy response \(5\d\d\)/i],
]

export const WORDS: [ErrorKind, RegExp][] = [
  ['no_slots', /too many (clients|connections)|remaining connection slots|no more connections allowed/i],
  [
    'pool_timeout',
    /pool (is )?(full|exhausted)|query_wait_timeout|QueuePool limit|timeout exceeded when trying to connect|connection is not available, request timed out|no connection (of the pool )?(was|became|is) (free|available)|time(d )?-?out (fetching|acquiring|obtaining|getting|waiting for) (a |an |the )?(new |free |idle )?(database )?(connection|idle object)|pool is probably full|ResourceRequest timed out|ConnectionAcquireTimeout|KnexTimeoutError|unable to acquire (a )?(JDBC )?connection|cannot get a connection, pool/i,
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
    /permission denied|\bis not authorized to\b|\bsecurity token\b.{0,40}\b(expired|invalid)|\bExpiredToken|InvalidClientTokenId|UnrecognizedClient|SignatureDoesNotMatch|invalid[ _](api[ _-]?key|client\b|grant\b|credentials)|\bapi[ -]?key\b.{0,40}\b(invalid|expired|revoked|not valid)|could not load credentials|code = (PermissionDenied|Unauthenticated)|\b(PERMISSION_DENIED|UNAUTHENTICATED):|ACCESS_REFUSED|\bcredentials?\b.{0,30}\b(expired|invalid|rejected|revoked)|\bNOAUTH\b|\bWRONGPASS\b|\b(responded|answered|replied|returned|status|code|response)\W+(with\W+|code\W+|status\W+|of\W+)*40[137]\b|\bAccessDenied\b|insufficient privilege|\bEACCES\b|\bEPERM\b|operation not permitted|must be owner of/i,
  ],
  ['disk', /\bENOSPC\b|no space left|disk (is )?full|disk quota|disk usage exceeded|flood-stage|disk watermark|could not extend file/i],
  [
    'resource',
    /too many open files|\bEMFILE\b|\bENFILE\b|cannot allocate (a )?thread|unable to create (new )?native thread|resource temporarily unavailable|cannot assign requested address|can't start new thread|pthread_create|no buffer space available|rejected from \w*ThreadPoolExecutor|nf_conntrack: table full/i,
  ],
  [
    'certificate',
    /certificate (has expired|is not yet valid|verify failed|signed by unknown)|x509:|self[- ]signed certificate|CERT_HAS_EXPIRED|CERTIFICATE_VERIFY_FAILED|PKIX path|tls: |ssl handshake|handshake failure|does not match certificate|SSL routines|wrong version number|unable to (get|verify) .{0,30}certificate/i,
  ],
  [
    'name',
    /\bENOTFOUND\b|\bEAI_AGAIN\b|no such host|name or service not known|name resolution|UnknownHostException|nodename nor servname/i,
  ],
  [
    'refused',
    /\bECONNREFUSED\b|\bEHOSTUNREACH\b|\bENETUNREACH\b|connection refused|ServerSelectionError|failed to establish a new connection|no route to host|terminating connection due to|database system is (starting up|shutting down|in recovery)|cannot connect now|(could|can)(no|n')t connect|could not connect|not able to connect|connection attempt failed/i,
  ],
  [
    'quota',
    /\b(quota|throughput)\b.{0,60}\b(exceeded|exhausted|used up|reached)\b|exceeded .{0,30}\bquota\b|\b(Quota|Limit)Exceeded|insufficient_quota|'maxmemory'|max number of clients reached|ProvisionedThroughput|circuit_breaking_exception|rejected_execution/i,
  ],
  [
    'upstream',
    /too many requests|rate[ -]?limit|rate exceeded|\bthrottl(ed|ing)|\bSlowDown\b|RequestLimitExceeded|\b(no|not) (the )?leader\b|LEADER_NOT_AVAILABLE|NOT_LEADER|no available brokers?|broker not available|\bCLUSTERDOWN\b|\bMASTERDOWN\b|\bLOADING Redis\b|\bMISCONF\b|max retries per request limit|no living connections|all shards failed|no_shard_available|code = Unavailable|no healthy upstream|no live upstreams|upstream connect error|\bUNAVAILABLE:|server is (busy|overloaded)|overloaded_error/i,
  ],
  [
    'upstream',
    /\b(bad gateway|service unavailable|gateway time-?out)\b|\b(responded|answered|replied|returned|failed|status|code|http\/?1?\.?1?)\W+(with\W+|code\W+|status\W+|of\W+)*(50[0234]|429)\b|\bupstream\b.{0,40}\b(50\d|failed|unavailable|error)\b|\b50[234] (from|by)\b/i,
  ],
  [
    'connection',
    /\b(database|connection|socket|client|pool|store|storage|server)\b[^.]{0,40}\b(not open|is closed|was closed|closed|terminated|lost|ended|refused|reset|unavailable|not queryable|gone away|went away|hang up|shutting down)\b/i,
  ],
  [
    'connection',
    /\bECONN(RESET|ABORTED)\b|\bEPIPE\b|broken pipe|socket hang up|other side closed|premature(ly)? closed?|server sent GOAWAY|PoolClearedError|transport failure|lost connection to|unexpected EOF|connection reset by peer|socket disconnected|heartbeat timeout|server has gone away|statement (has been|was|is) finalized|calling end on the pool/i,
  ],
  [
    'timeout',
    /\bETIMEDOUT\b|\bESOCKETTIMEDOUT\b|deadline exceeded|i\/o timeout|timed out|SocketTimeoutException|ReadTimeout|(query|connect(ion)?|read|operation|request)\b[^.]{0,30}\btime(d)?[ -]?out/i,
  ],
  [
    'memory',
    /allocation failed|GC overhead limit|out of memory|\bENOMEM\b|OutOfMemoryError|MemoryError|cannot allocate memory|heap limit/i,
  ],
  ['file_system', /read-only file ?system|input\/output error|stale (nfs )?file handle/i],
  ['read_only', /in a read-only transaction|not primary\b|NotWritablePrimary|--read-only option|read only replica/i],
  ['storage', /\bSQLITE_\w+|database is being set up|\bdatabase is locked|disk I\/O error|read-only database/i],
  [
    'configuration',
    /\b(missing|required|undefined|unset|invalid|unknown|no) (required )?(environment variable|env var|setting|configuration|config|option|value for)|\benvironment variable\b.{0,60}\b(missing|required|not set|must be|invalid|empty)|\b[A-Z][A-Z0-9]+(_[A-Z0-9]+)+ (is|must be|was|has) (required|not set|missing|unset|set|invalid)/,
  ],
  // undici wraps whatever keeps it from an answer in these words, of the class TypeError.
  ['connection', /^(TypeError: )?fetch failed\b/],
  [
    'data',
    /unexpected (token|end of JSON|character)|invalid (input syntax|byte sequence|JSON|utf-?8)|violates (check|not-null|foreign key|unique|exclusion) constraint|duplicate (key|entry)|JSONDecodeError|malformed|row size .{0,20}exceeds|could not (parse|decode|deserialize)|out of range for type/i,
  ],
]
