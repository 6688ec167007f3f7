/** What `--help` says before the flags. */
export const DESCRIPTION =
  'The customers of the shop: an open-loop load generator. Requests leave on schedule however slow the answers are, and latency counts from the scheduled time, so that a stall shows in the percentiles.'

/** What `--help` says after the flags. */
export const NOTES = `
Profiles:
  constant    --rps all the time
  spike       --rps, from --spike-at on times --spike-mult
  ramp        --ramp-from to --ramp-to over --duration
  sine        --rps plus and minus --sine-amplitude, period --sine-period
  ramp-spike  --mild-rps for --mild-duration, then --high-rps
  agentic     --normal-rps for --normal-duration, then --error-rps for
              --error-duration with 80 % of the requests to
              GET /random-endpoint/error. Lasts as long as both together
              unless --duration is given: a shorter one cuts it off, a longer
              one goes on with normal traffic.

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
