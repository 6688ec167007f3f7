import { inspect } from 'node:util'
import { ConfigError } from './config.ts'
import { redact } from './redact/redact.ts'

/** What `runProcess` needs of a server or of anything else that has to be closed. */
export interface Running {
  close(): Promise<unknown>
}

const CLOSE_WITHIN_MS = 5_000

/**
 * The edge of a process: starts it, closes it in order on SIGTERM, SIGINT and SIGHUP, and, where `LAB_LEASH=stdin` says so, when standard input ends
 * (the parent holds the other end, so even a parent killed with SIGKILL takes this process along). A second signal changes nothing: closing ends after 5 s in
 * any case, and wrappers pass on a Ctrl-C that the terminal has sent already. What cannot start is told in one line with exit status 1. An error that nobody
 * caught is logged and ends the process at once, as its state is not known any more; its children notice.
 */
export async function runProcess(start: () => Promise<Running>, { leash }: { leash: boolean }): Promise<void> {
  let running: Running | undefined
  let closing = false
  const close = async () => {
    if (closing) return
    closing = true
    setTimeout(() => process.exit(1), CLOSE_WITHIN_MS).unref()
    await running?.close().catch((error) => {
      tell(`Closing failed: ${inspect(error)}`)
      process.exit(1)
    })
    process.exit(0)
  }
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, close)
  process.on('uncaughtException', (error, origin) => {
    tell(`${origin}: ${inspect(error)}`)
    process.exit(1)
  })
  if (leash) process.stdin.on('end', close).on('error', close).resume()
  try {
    running = await start()
    if (closing) await running.close()
  } catch (error) {
    tell(explainStart(error))
    process.exit(1)
  }
}

/** Errors quote addresses and settings, which may hold a password. */
const tell = (text: string) => console.error(redact(text))

function explainStart(error: unknown): string {
  if (error instanceof ConfigError) return error.message
  if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')
    return `Cannot listen: ${error.message}. Another process holds that port.`
  return inspect(error)
}
