/** What one pod of a service shows at a moment, as rates and gauges. */
export interface Shown {
  /** Requests a second on each handler. */
  rps: number
  /** Share of the requests that fail, by handler. */
  failing: Partial<Record<Handler, number>>
  seconds: number
  cores: number
  residentBytes: number
  openFiles: number
}

export const HANDLERS = ['/quote', '/history'] as const
type Handler = (typeof HANDLERS)[number]

/** A service that nobody here wrote, and what is wrong with it once its trouble has begun. */
export interface Stranger {
  name: string
  alert: { name: string; summary: string; labels?: (pods: string[]) => Record<string, string> }
  /** `since` is the time since the trouble began; pods are numbered from 0. `silent`: it gives no answer any more. */
  shows: (well: Shown, pod: number, since: number) => Shown | 'silent'
  /** A line of its log in its own form, for each failure. */
  line?: (at: Date) => string
  /** The log cannot be read. */
  hasNoLog?: boolean
  /** Nothing scrapes it. */
  isUnwatched?: boolean
  /** Any of these is right. */
  causes: string[]
  place?: { affected_file: string; line_number: number }
  on?: (pods: string[]) => string[]
}

export const WELL: Shown = { rps: 12, failing: {}, seconds: 0.02, cores: 0.04, residentBytes: 72e6, openFiles: 21 }

const python = (at: Date, text: string) => `${at.toISOString().slice(0, 19).replace('T', ' ')},482 ERROR quotes.views: ${text}`
const slog = (at: Date, fields: object) => JSON.stringify({ time: at.toJSON(), level: 'ERROR', ...fields })
const failsBy = (share: number, handlers: readonly Handler[] = HANDLERS) => ({
  failing: Object.fromEntries(handlers.map((each) => [each, share])),
})

/** In Python (Flask, its logger and tracebacks) and in Go (log/slog). */
export const STRANGERS: readonly Stranger[] = [
  {
    name: 'quotes',
    alert: { name: 'QuotesErrors', summary: 'requests to quotes fail' },
    shows: (well) => ({ ...well, ...failsBy(0.5, ['/quote']) }),
    line: (at) =>
      [
        python(at, 'Exception on /quote [GET]'),
        'Traceback (most recent call last):',
        '  File "/usr/lib/python3.12/site-packages/flask/app.py", line 880, in full_dispatch',
        '  File "quotes/pricing.py", line 41, in price',
        "AttributeError: 'NoneType' object has no attribute 'bid'",
      ].join('\n'),
    causes: ['application_exception'],
    place: { affected_file: 'quotes/pricing.py', line_number: 41 },
  },
  {
    name: 'archive',
    alert: { name: 'ArchiveErrors', summary: 'requests to archive fail' },
    shows: (well) => ({ ...well, ...failsBy(0.9) }),
    line: (at) =>
      python(at, 'psycopg.OperationalError: connection failed: connection to server at "10.0.3.7", port 5432 failed: Connection refused'),
    causes: ['database_down'],
  },
  {
    name: 'rates',
    alert: { name: 'RatesLatency', summary: 'answers of rates are slow' },
    shows: (well) => ({ ...well, seconds: 1.3, cores: 0.97 }),
    causes: ['cpu_saturation'],
  },
  {
    name: 'search',
    alert: { name: 'SearchErrors', summary: 'a pod of search fails', labels: (pods) => ({ instance: pods[1] ?? '' }) },
    shows: (well, pod) => (pod === 1 ? { ...well, ...failsBy(0.7) } : well),
    line: (at) => python(at, 'RuntimeError: index segment 12 has a bad checksum'),
    causes: ['bad_instance', 'bad_data'],
    on: (pods) => pods.slice(1),
  },
  {
    name: 'ledgerd',
    alert: { name: 'LedgerErrors', summary: 'requests to ledgerd fail' },
    shows: (well) => ({ ...well, ...failsBy(0.6, ['/quote']) }),
    line: (at) =>
      slog(at, {
        msg: 'Post "https://bank.example/v1": x509: certificate has expired or is not yet valid: current time 2026-11-20T12:00:00Z is after 2026-11-19T00:00:00Z',
        path: '/quote',
        status: 502,
      }),
    causes: ['bad_configuration'],
  },
  {
    name: 'uploads',
    alert: { name: 'UploadsErrors', summary: 'requests to uploads fail' },
    shows: (well) => ({ ...well, ...failsBy(0.4), openFiles: 1_021 }),
    line: (at) => slog(at, { msg: 'open /var/spool/u-1: too many open files', path: '/quote', status: 500 }),
    causes: ['resource_exhausted'],
  },
  {
    name: 'thumbs',
    alert: { name: 'ThumbsMemory', summary: 'memory of thumbs grows', labels: (pods) => ({ instance: pods[0] ?? '' }) },
    shows: (well, pod, since) => (pod === 0 ? { ...well, residentBytes: well.residentBytes + since * 9_000 } : well),
    causes: ['memory_leak'],
    on: (pods) => pods.slice(0, 1),
  },
  {
    name: 'mailer',
    alert: { name: 'MailerDown', summary: 'a pod of mailer does not answer', labels: (pods) => ({ instance: pods[0] ?? '' }) },
    shows: (well, pod) => (pod === 0 ? 'silent' : well),
    causes: ['instance_down', 'process_hung', 'unknown'],
  },
  {
    name: 'billing',
    alert: { name: 'BillingErrors', summary: 'requests to billing fail' },
    shows: (well) => ({ ...well, ...failsBy(0.5) }),
    hasNoLog: true,
    causes: ['unknown'],
  },
  {
    name: 'cardgate',
    alert: { name: 'CardgateErrors', summary: 'requests to cardgate fail' },
    shows: (well) => well,
    hasNoLog: true,
    isUnwatched: true,
    causes: ['unknown', 'out_of_sight'],
  },
]
