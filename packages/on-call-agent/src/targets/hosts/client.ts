import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describeError, UpstreamError } from '@oncall-lab/service-kit/errors'
import { Client, type ClientChannel } from 'ssh2'
import type { HostEntry } from './settings.ts'

/** What a command on a host came to. */
export interface Ran {
  /** Null when the host did not say. */
  exitCode: number | null
  stdout: string
  stderr: string
  /** The host stopped it after its time. */
  timedOut: boolean
  /** There was more than is kept. */
  truncated: boolean
}

/** Runs commands on one host. All failures are `UpstreamError`s whose message says what a person needs to know. */
export interface HostClient extends AsyncDisposable {
  /** Sent once. `seconds` bounds it on the host itself, where a process would outlive this connection. */
  run(argv: string[], options: { seconds?: number; signal: AbortSignal }): Promise<Ran>
}

interface ClientOptions {
  name: string
  entry: HostEntry
  connectMs?: number
  /** A connection serves all commands of one look and is closed when it has been idle for so long. */
  idleMs?: number
  /** Of each of the two outputs. */
  maxBytes?: number
  /** The time that an answer may take beyond the host's own bound. */
  slackMs?: number
}

const USUAL_SECONDS = 10
const SLACK_MS = 5_000
/** What `timeout` of coreutils ends with. */
const TIMED_OUT = 124

export function createHostClient({
  name,
  entry,
  connectMs = 5_000,
  idleMs = 15_000,
  maxBytes = 65_536,
  slackMs = SLACK_MS,
}: ClientOptions): HostClient {
  let open: Promise<Client> | undefined
  let idle: NodeJS.Timeout | undefined
  let running = 0

  const end = () => {
    clearTimeout(idle)
    const ending = open
    open = undefined
    ending?.then(
      (client) => client.end(),
      () => undefined,
    )
  }
  const connected = () => {
    clearTimeout(idle)
    if (!open) {
      const fresh = connect({ name, entry, connectMs })
      open = fresh
      const forget = () => {
        if (open === fresh) open = undefined
      }
      fresh.then((client) => client.on('close', forget), forget)
    }
    return open
  }

  return {
    async run(argv, { seconds = USUAL_SECONDS, signal }) {
      signal.throwIfAborted()
      const client = await connected()
      running += 1
      try {
        return await exec(client, { name, argv, seconds, maxBytes, slackMs, signal })
      } finally {
        running -= 1
        if (running === 0) idle = setTimeout(end, idleMs).unref()
      }
    },
    async [Symbol.asyncDispose]() {
      end()
    },
  }
}

function connect({ name, entry, connectMs }: Required<Pick<ClientOptions, 'name' | 'entry' | 'connectMs'>>): Promise<Client> {
  const { address, port = 22, user } = entry
  const [algorithm = '', pinned = ''] = entry.host_key.split(' ')
  let privateKey: Buffer
  try {
    privateKey = readFileSync(entry.key.file)
  } catch (error) {
    throw new UpstreamError(`The key of ${name} cannot be read: ${describeError(error)}`, { code: 'key_unreadable' })
  }
  return new Promise((resolve, reject) => {
    const client = new Client()
    let shown: Buffer | undefined
    client.once('ready', () => resolve(client))
    // Beyond the handshake an error ends the channel, which says so itself.
    client.on('error', (error) => reject(asUpstream(error, { name, address, port, algorithm, pinned, shown, connectMs })))
    client.once('close', () => reject(new UpstreamError(`${name} closed the connection before it was ready`, LOST)))
    client.connect({
      host: address,
      port,
      username: user,
      privateKey,
      readyTimeout: connectMs,
      keepaliveInterval: 5_000,
      keepaliveCountMax: 2,
      algorithms: { serverHostKey: algorithm === 'ssh-rsa' ? ['rsa-sha2-512', 'rsa-sha2-256'] : [algorithm as 'ssh-ed25519'] },
      // Without a verifier ssh2 takes any key.
      hostVerifier: (key: Buffer) => {
        shown = key
        return key.toString('base64') === pinned
      },
    })
  })
}

const LOST = { code: 'connection_lost', retryable: true } as const

interface Failure {
  name: string
  address: string
  port: number
  algorithm: string
  pinned: string
  shown: Buffer | undefined
  connectMs: number
}

function asUpstream(error: Error & { level?: string; code?: string }, failure: Failure): UpstreamError {
  const { name, address, port, algorithm, pinned, shown, connectMs } = failure
  const where = `${name} (${address}:${port})`
  if (shown && shown.toString('base64') !== pinned)
    return new UpstreamError(
      `${where} shows another host key than the one that is pinned (${fingerprint(shown)} instead of ${fingerprint(Buffer.from(pinned, 'base64'))}): not connected. Either the host was installed anew, or this is another machine.`,
      { code: 'host_key_changed' },
    )
  if (/no matching (host key|.*serverHostKey)|no matching/i.test(error.message))
    return new UpstreamError(`${where} has no host key of the kind ${algorithm} that is pinned: not connected (${error.message})`, {
      code: 'host_key_unknown',
    })
  if (error.level === 'client-authentication')
    return new UpstreamError(`${where} does not accept the agent's key`, { code: 'login_refused' })
  if (error.level === 'client-timeout' || /timed out/i.test(error.message))
    return new UpstreamError(`${where} did not answer within ${connectMs} ms`, { code: 'upstream_timeout', retryable: true })
  return new UpstreamError(`${where} cannot be reached (${describeError(error)})`, { code: 'upstream_unreachable', retryable: true })
}

const fingerprint = (key: Buffer) => `SHA256:${createHash('sha256').update(key).digest('base64').replaceAll('=', '')}`

interface Execution {
  name: string
  argv: string[]
  seconds: number
  maxBytes: number
  slackMs: number
  signal: AbortSignal
}

/** The host gets one line of words that mean nothing to a shell, each bounded there by `timeout`. */
function exec(client: Client, { name, argv, seconds, maxBytes, slackMs, signal }: Execution): Promise<Ran> {
  const line = ['timeout', String(seconds), ...argv].join(' ')
  return new Promise((resolve, reject) => {
    const late = setTimeout(
      () => fail(`${name} did not end "${argv.join(' ')}" within ${seconds} s`, 'upstream_timeout'),
      seconds * 1_000 + slackMs,
    )
    const aborted = () => fail(`The call was given up: ${describeError(signal.reason)}`, 'aborted')
    const lost = () =>
      fail(`The connection to ${name} was lost while "${argv.join(' ')}" ran: what it did there is not known`, 'connection_lost')
    let channel: ClientChannel | undefined
    let done = false
    const settle = () => {
      done = true
      clearTimeout(late)
      signal.removeEventListener('abort', aborted)
      client.off('close', lost)
    }
    function fail(message: string, code: string) {
      if (done) return
      settle()
      channel?.destroy()
      // It may hang for ever, and whoever asks next gets a connection of their own.
      if (code !== 'aborted') client.destroy()
      reject(new UpstreamError(message, { code, retryable: code !== 'aborted' }))
    }
    signal.addEventListener('abort', aborted, { once: true })
    client.once('close', lost)
    client.exec(line, { pty: false, x11: false }, (error, opened) => {
      if (error) return fail(`${name} does not run commands: ${describeError(error)}`, 'exec_refused')
      channel = opened
      const stdout = collect(opened, maxBytes)
      const stderr = collect(opened.stderr, maxBytes)
      let exit: number | null | undefined
      const finish = () => {
        if (done) return
        const truncated = stdout.isCut() || stderr.isCut()
        // Without a status the end was not the command's.
        if (exit === undefined && !truncated) return lost()
        settle()
        resolve({ exitCode: exit ?? null, stdout: stdout.text(), stderr: stderr.text(), timedOut: exit === TIMED_OUT, truncated })
      }
      const stopReading = () => {
        if (done) return
        // What is left of it stays on the host: closing the channel ends its writer.
        opened.destroy()
        finish()
      }
      stdout.onCut(stopReading)
      stderr.onCut(stopReading)
      opened.on('exit', (code: number | null) => {
        exit = code
      })
      opened.on('close', finish)
      opened.on('error', () => lost())
    })
  })
}

/** Keeps the first bytes of a stream, and tells when there are more. */
function collect(stream: NodeJS.ReadableStream, maxBytes: number) {
  const chunks: Buffer[] = []
  let bytes = 0
  let cut = false
  let tell = () => {}
  stream.on('data', (chunk: Buffer) => {
    if (cut) return
    const room = maxBytes - bytes
    chunks.push(chunk.subarray(0, room))
    bytes += chunk.length
    if (bytes <= maxBytes) return
    cut = true
    tell()
  })
  return {
    text: () => Buffer.concat(chunks).toString('utf8'),
    isCut: () => cut,
    onCut: (listener: () => void) => {
      tell = listener
    },
  }
}
