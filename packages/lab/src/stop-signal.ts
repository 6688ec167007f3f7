import { watchLaunchers } from './launchers.ts'

/** Why a command was told to stop; the exit code is the customary one. */
export class StopRequested extends Error {
  override readonly name = 'StopRequested'
  readonly exitCode: number

  constructor(reason: string, exitCode: number) {
    super(reason)
    this.exitCode = exitCode
  }
}

/** Ctrl-C reaches us once from the terminal and may come again from npm or pnpm, which pass it on; only a later one is a second wish. */
const SECOND_WISH_AFTER_MS = 1_000

const EXIT_CODES = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const

/**
 * Aborts, with a StopRequested, on SIGINT, SIGTERM, SIGHUP and (unless `detached`) when the process that started us is gone.
 * A second signal ends the process at once: the parts then end by their leashes.
 */
export function createStopSignal({ detached }: { detached: boolean }): AbortSignal {
  const controller = new AbortController()
  let firstAt = 0
  for (const [signal, exitCode] of Object.entries(EXIT_CODES)) {
    process.on(signal, () => {
      if (firstAt && Date.now() - firstAt > SECOND_WISH_AFTER_MS) process.exit(exitCode)
      firstAt ||= Date.now()
      controller.abort(new StopRequested(signal, exitCode))
    })
  }
  // A terminal that went away must not keep us from closing in order.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)
  if (!detached) watchLaunchers(() => controller.abort(new StopRequested('the process that started the lab is gone', 129)))
  return controller.signal
}
