// What the functions of the target hosts take and return.
import { type Static, Type } from 'typebox'
import { COVERAGE } from './coverage.ts'
import { Nullable } from './nullable.ts'

const Text = Type.String()

export const CheckHostArgs = Type.Object({}, { additionalProperties: false })

/** A service as systemd shows it. */
const HostService = Type.Object({
  service: Text,
  /** `active`, `failed`, `inactive`, `activating`, `deactivating`. */
  state: Text,
  sub_state: Text,
  /** Why it ended: `success`, `exit-code`, `signal`, `oom-kill`, `timeout`. */
  result: Text,
  exit_status: Nullable(Type.Integer()),
  /** RFC 3339 where systemd says it so, else its own words. */
  since: Nullable(Text),
  main_pid: Nullable(Type.Integer()),
  restarts: Type.Integer(),
})

/** One host as it was found: what of it could not be read stands in `errors` of the result. */
const HostReading = Type.Object({
  host: Text,
  services: Type.Array(HostService),
  disks: Type.Array(Type.Object({ mount: Text, used_percent: Type.Number(), free_kilobytes: Type.Number() })),
  /** Of the logs and caches that may be rotated or cleared. */
  files: Type.Array(Type.Object({ path: Text, kind: Type.Enum(['log', 'cache']), kilobytes: Type.Number() })),
  /** The busiest first. */
  processes: Type.Array(
    Type.Object({ pid: Type.Integer(), user: Text, cpu_percent: Type.Number(), seconds: Type.Number(), command: Text }),
  ),
  /** `status` is null when no answer came; `says` is then why. */
  pages: Type.Array(Type.Object({ url: Text, status: Nullable(Type.Integer()), says: Text })),
  /** Whether a file differs from its saved copy. */
  configurations: Type.Array(Type.Object({ file: Text, service: Text, differs: Type.Boolean(), difference: Text })),
})
export type HostReading = Static<typeof HostReading>

export const CheckHostResult = Type.Object({ ...COVERAGE, hosts: Type.Array(HostReading) })
export type CheckHostResult = Static<typeof CheckHostResult>

/** A disk above this has no room for the next hour. */
export const FULL_PERCENT = 95

export function summariseHost({ hosts, errors }: CheckHostResult): string {
  const troubles = hosts.flatMap((reading) => troublesOf(reading).map((trouble) => `${reading.host}: ${trouble}`))
  if (troubles.length > 0) return `${troubles.join('; ')}.`
  const names = hosts.map(({ host }) => host).join(', ')
  return errors.length > 0 ? `Of ${names || 'the host'} not everything could be read: ${errors[0]}.` : `Nothing stands out on ${names}.`
}

/** What is wrong there, in words, the worst first. */
export function troublesOf({ services, disks, pages, configurations }: HostReading): string[] {
  return [
    ...services.flatMap(({ service, state, result }) => (state === 'active' ? [] : `${service} is ${state} (${result})`)),
    ...disks.flatMap(({ mount, used_percent }) => (used_percent >= FULL_PERCENT ? `${mount} is ${used_percent} % full` : [])),
    ...pages.flatMap(({ url, status, says }) => (status !== null && status < 500 ? [] : `${url} ${status ?? says}`)),
    ...configurations.flatMap(({ file, differs }) => (differs ? `${file} differs from its saved copy` : [])),
  ]
}

export const RunDiagnosticArgs = Type.Object(
  {
    host: Type.String({ minLength: 1, maxLength: 64, description: 'As check_host names it.' }),
    command: Type.String({ minLength: 1, maxLength: 200, description: 'One of the listed forms, word for word, with listed names in it.' }),
  },
  { additionalProperties: false },
)
export const RunDiagnosticResult = Type.Object({
  ...COVERAGE,
  host: Text,
  /** What ran, word by word. */
  argv: Type.Array(Text),
  exit_code: Nullable(Type.Integer()),
  /** It was stopped on the host after its time. */
  timed_out: Type.Boolean(),
  stdout: Text,
  stderr: Text,
  duration_ms: Type.Integer(),
})
export type RunDiagnosticResult = Static<typeof RunDiagnosticResult>
export function summariseDiagnostic({ host, argv, exit_code, timed_out, stdout, stderr }: RunDiagnosticResult): string {
  const [line = ''] = (stdout.trim() || stderr.trim()).split('\n')
  const end = timed_out ? 'did not end in time' : `ended with ${exit_code ?? 'no status'}`
  return `${argv.join(' ')} on ${host} ${end}${line === '' ? '' : `: ${line.slice(0, 160)}`}.`
}
