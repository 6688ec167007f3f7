// A report that never ends: uses most of one core, and gives up by itself.

/** Of each tenth of a second. */
const BUSY_MS = 60
const TURN_MS = 100

process.stdin.resume().on('end', () => process.exit(0))
process.on('SIGTERM', () => process.exit(0))
setTimeout(() => process.exit(0), Number(process.env.BUSY_SECONDS ?? 60) * 1_000)
setInterval(() => {
  const until = performance.now() + BUSY_MS
  while (performance.now() < until);
}, TURN_MS)
