import { styleText } from 'node:util'

type Colour = 'red' | 'green' | 'yellow' | 'cyan' | 'magenta' | 'blue' | 'dim' | 'bold'

/** Where the story is told: lines that stay, and on a terminal one line below that shows what we wait for. */
export interface Screen extends Disposable {
  line(text: string): void
  /** Colours the text on a terminal (not with NO_COLOR, not into a file). */
  paint(colour: Colour, text: string): string
  /** What is awaited; shown on a terminal only, until the next call. Empty ends it. */
  wait(text: string): void
}

const FRAMES = ['|', '/', '-', '\\']
const FRAME_MS = 150
const CLEAR_LINE = '\r\u001b[2K'

/** `stream` is standard output; the spinner needs a terminal. */
export function createScreen(stream: NodeJS.WriteStream): Screen {
  let waiting = ''
  let frame = 0
  const draw = () => {
    frame += 1
    stream.write(`${CLEAR_LINE}${FRAMES[frame % FRAMES.length]} ${waiting.slice(0, (stream.columns || 80) - 4)}`)
  }
  const timer = stream.isTTY ? setInterval(() => waiting && draw(), FRAME_MS) : undefined
  timer?.unref()
  const clear = () => {
    if (stream.isTTY && waiting) stream.write(CLEAR_LINE)
  }
  return {
    line(text) {
      clear()
      stream.write(`${text}\n`)
    },
    paint: (colour, text) => styleText(colour, text, { stream }),
    wait(text) {
      clear()
      waiting = text
    },
    [Symbol.dispose]() {
      clear()
      clearInterval(timer)
    },
  }
}
