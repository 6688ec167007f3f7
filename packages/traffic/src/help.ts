import { NUMBER_FLAGS } from './number-flags.ts'
import { PROFILES } from './profiles/profiles.ts'

const COLUMNS = 78
const INDENT = 14

/** What `--help` says before the flags. */
export const DESCRIPTION =
  'The customers of the shop: an open-loop load generator. Requests leave on schedule however slow the answers are, and latency counts from the scheduled time, so that a stall shows in the percentiles.'

/** What `--help` says after the flags. */
export const NOTES = `
Profiles:
${describeProfiles()}
agentic lasts as long as its two parts together unless --duration is given: a
shorter one cuts it off, a longer one goes on with normal traffic.

Requests: list pages, reads, PUTs, reservations and reads of unknown items by
their shares; what the shares leave is reads. Shares that are not given shrink
when the given ones leave too little. No request is ever sent twice.

Each change of phase is announced on its own line,
"phase <name> at <RFC 3339 time>". The rolling lines are about the time since
the line before; on a terminal there is one live line instead. "rps" is what
was sent.

An error is an answer from 400 up, a time-out, no (whole) answer, or an arrival
that was shed: that found --max-concurrency requests in flight, or the generator
too busy, for --timeout. Not counted: 404 for an item, 409 for a reservation.

Exit status: 0 after a complete run, errors or not; 1 when nothing listens at
the target, or the plot or the port cannot be had; 2 for a wrong command line;
130 after Ctrl-C (with the final report; a second Ctrl-C ends at once), 143
after SIGTERM.`

function describeProfiles(): string {
  return Object.entries(PROFILES)
    .map(([name, { says, settings }]) => {
      const flags = settings.map((setting) => `--${NUMBER_FLAGS[setting].flag}`)
      return `  ${name.padEnd(INDENT - 2)}${wrap(`${says}: ${flags.join(', ')}`)}\n`
    })
    .join('')
}

/** Breaks at spaces; the lines after the first are indented. */
function wrap(text: string): string {
  const lines = ['']
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? ''
    if (line !== '' && INDENT + line.length + 1 + word.length > COLUMNS) lines.push(word)
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`
  }
  return lines.join(`\n${' '.repeat(INDENT)}`)
}
