import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const TOOL_WITHIN_MS = 300_000

/** Runs a system tool to its end and returns what it printed. @throws with the first lines of its standard error. */
export async function runTool(
  command: string,
  args: string[],
  { cwd, signal }: { cwd?: string; signal?: AbortSignal } = {},
): Promise<string> {
  try {
    const { stdout, stderr } = await promisify(execFile)(command, args, {
      ...(cwd && { cwd }),
      ...(signal && { signal }),
      timeout: TOOL_WITHIN_MS,
      maxBuffer: 16_000_000,
    })
    return `${stdout}${stderr}`
  } catch (cause) {
    const { code, stderr, killed } = cause as { code?: string | number; stderr?: string; killed?: boolean } // execFile's documented error.
    const why =
      code === 'ENOENT' ? 'is not installed' : killed ? `took longer than ${TOOL_WITHIN_MS / 1000} s` : `failed: ${firstLines(stderr)}`
    throw new Error(`${command} ${why}`, { cause })
  }
}

function firstLines(text: string | undefined): string {
  const lines = (text ?? '').split('\n').filter((line) => line.trim() && !line.startsWith('W:'))
  return lines.slice(0, 2).join(' / ').slice(0, 300) || 'it says nothing'
}
