import { defineFault } from './fault.ts'

/** Long enough for the answer to be on its way. */
const DIE_AFTER_MS = 200

/** The process dies as if the system had killed it: at once, with no chance to clean up. */
export const crash = defineFault({
  mode: 'crash',
  says: 'the process is killed shortly after every start',
  fields: {},
  uses: 'process',
  trial: { seconds: 40, shows: ['restarts', 'not_running'] },
  start() {
    const timer = setTimeout(() => process.kill(process.pid, 'SIGKILL'), DIE_AFTER_MS).unref()
    return () => clearTimeout(timer)
  },
})
