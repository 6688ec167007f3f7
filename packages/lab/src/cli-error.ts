/** What a person at the command line is told in plain words, without a stack; `exitCode` becomes the process's. */
export class CliError extends Error {
  override readonly name = 'CliError'
  readonly exitCode: number

  constructor(message: string, { exitCode = 1 }: { exitCode?: number } = {}) {
    super(message)
    this.exitCode = exitCode
  }
}
