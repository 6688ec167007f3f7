import type { Moment } from '../run/moment.ts'
import { figuresLine, msText } from './figures-line.ts'
import { sparkline } from './sparkline.ts'

/** Tells how a run goes while it goes. */
export interface Progress {
  /** A line that stays. */
  say(line: string): void
  /** About the seconds since the last moment. */
  moment(moment: Moment): void
  /** Nothing more will come but lines that stay. */
  end(): void
}

/** Where progress goes. */
export interface Screen {
  write(text: string): unknown
  isTTY?: boolean
  columns?: number
}

const MOST_BARS = 30
const USUAL_COLUMNS = 80
const CLEAR_LINE = '\r\x1b[2K'

/** Plain lines about each span of figures: for files and pipes. */
export function createPlainProgress(say: (line: string) => void): Progress {
  return {
    say,
    moment({ rolling, elapsed }) {
      if (rolling) say(figuresLine(`${elapsed.toFixed(1)} s`, rolling))
    },
    end: () => undefined,
  }
}

/** One line that is written over, with the course of the rate as bars: for a terminal. */
function createLiveProgress(screen: Screen): Progress {
  const rates: number[] = []
  return {
    say: (line) => screen.write(`${CLEAR_LINE}${line}\n`),
    moment({ elapsed, recent, inFlight, total }) {
      rates.push(recent.rps)
      if (rates.length > MOST_BARS) rates.shift()
      const width = (screen.columns || USUAL_COLUMNS) - 1
      const errors = `errors ${total.errors}${total.shed > 0 ? ` (${total.shed} shed)` : ''}`
      const times = `p50 ${msText(recent.p50_ms)}  p99 ${msText(recent.p99_ms)}`
      const at = `${elapsed.toFixed(0)} s  `
      const figures = `${recent.rps.toFixed(0)} rps  ${errors}  ${times}  in flight ${inFlight}  sent ${total.sent}`
      // The bars take what the figures leave.
      const bars = rates.slice(-Math.max(1, width - at.length - figures.length - 1))
      screen.write(`${CLEAR_LINE}${`${at}${sparkline(bars)} ${figures}`.slice(0, width)}`)
    },
    end: () => screen.write(CLEAR_LINE),
  }
}

/** The one that fits the screen. */
export function createProgress(screen: Screen): Progress {
  return screen.isTTY ? createLiveProgress(screen) : createPlainProgress((line) => screen.write(`${line}\n`))
}
