import type { Redact } from './redact.ts'

/** Where log lines are written, as pino takes it. */
export interface LogStream {
  write(line: string): void
}

/** Standard output, or another stream, with every line redacted; a line of JSON stays one. */
export function redactedLog(redact: Redact, to: LogStream = process.stdout): LogStream {
  return { write: (line) => void to.write(line.endsWith('\n') ? `${redact(line.slice(0, -1))}\n` : redact(line)) }
}
