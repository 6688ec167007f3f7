/** What a reader may expect of a block of commands, by the word after `sh` in its first line; nothing: each command ends well. */
export const KINDS = ['', 'up', 'down', 'page', 'ticket', 'resolved', 'watch', 'psql', 'ci', 'docker', 'not-run'] as const
export type Kind = (typeof KINDS)[number]

/** A fenced block of shell commands in a document. */
export interface ShellBlock {
  /** The line of its fence, from 1. */
  line: number
  kind: string
  text: string
}

/** The blocks that begin with ```` ```sh ````, in their order. */
export function readShellBlocks(markdown: string): ShellBlock[] {
  const blocks: ShellBlock[] = []
  let open: ShellBlock | undefined
  let inside = false
  for (const [index, line] of markdown.split('\n').entries()) {
    const fence = /^```(\w*) ?(.*)$/.exec(line)
    if (!fence) {
      if (open) open.text += `${line}\n`
    } else if (inside) {
      if (open) blocks.push(open)
      open = undefined
      inside = false
    } else {
      inside = true
      if (fence[1] && /^(sh|bash|shell|console)$/.test(fence[1])) open = { line: index + 1, kind: fence[2] ?? '', text: '' }
    }
  }
  return blocks
}

/** The commands of a block, one a line, without what is said about them. */
export function commandsOf({ text }: ShellBlock): string[] {
  return text
    .split('\n')
    .map((line) => line.replace(/(^|\s)#.*$/, '').trim())
    .filter(Boolean)
}

/** The same command against a lab whose ports are shifted; only ports below 16,000 behind `localhost`, `127.0.0.1`, `--ports` and `"port"` are the lab's. */
export function shiftCommand(command: string, offset: number): string {
  const shift = (text: string) => text.replaceAll(/\d+/g, (port) => String(Number(port) + offset))
  return command
    .replaceAll(/(localhost|127\.0\.0\.1):(\d+)/g, (_, host: string, port: string) => `${host}:${shift(port)}`)
    .replaceAll(/(--ports |"ports?":\[?)([\d,]+)/g, (_, before: string, ports: string) => before + shift(ports))
}
