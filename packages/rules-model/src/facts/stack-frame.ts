/** A place in a source file as a stack trace names it. */
export interface StackFrame {
  /** As V8 prints it, without `async` and `new`; '' for anonymous code. */
  functionName: string
  file: string
  line: number
  column: number
}

const V8_FRAME = /^\s*at (?:(?<name>.*?) \()?(?<file>[^()]+?):(?<line>\d+):(?<column>\d+)\)?\s*$/
const PYTHON_FRAME = /^\s*File "(?<file>[^"]+)", line (?<line>\d+)(?:, in (?<name>\S+))?/
const GO_FRAME = /^\s+(?<file>[\w@./+-]+\.go):(?<line>\d+)(?: \+0x[0-9a-f]+)?\s*$/
const JAVA_FRAME = /^\s*at (?<name>[\w$.<>]+)\((?<file>\w+\.(?:java|kt|scala)):(?<line>\d+)\)\s*$/

/** The frames of a stack trace of V8, Python, Go or the JVM, innermost first; lines of another form are left out. */
export function parseStack(stack: string): StackFrame[] {
  const lines = stack.split('\n')
  const frames = lines.flatMap((text) => {
    const groups = [V8_FRAME, PYTHON_FRAME, GO_FRAME, JAVA_FRAME].map((form) => form.exec(text)?.groups).find(Boolean)
    if (!groups) return []
    const functionName = (groups.name ?? '').replace(/^(async|new) /, '')
    const file = (groups.file ?? '').replace(/^(async )?(file:\/\/)?/, '')
    return [{ functionName, file, line: Number(groups.line), column: Number(groups.column ?? 0) }]
  })
  // Python prints the innermost frame last.
  return lines.some((text) => PYTHON_FRAME.test(text)) ? frames.reverse() : frames
}

/** True for code of the repository: neither Node's own, nor a dependency's, nor a path that leaves the repository. */
function isOwnCode({ file }: StackFrame): boolean {
  return (
    !/^node:|^internal\/|(^|\/)node_modules\/|(^|\/)(site|dist)-packages\/|\/lib\/python\d|\/usr\/local\/go\/|\/go\/pkg\/mod\/|^<|^evalmachine|(^|\/)\.\.(\/|$)|^[a-z]+:\/\//.test(
      file,
    ) && /^[\w@./+-]+\.\w+$/.test(file)
  )
}

/** The repository's own frames, top first. */
export function ownFrames(stack: string | undefined): StackFrame[] {
  return stack === undefined ? [] : parseStack(stack).filter(isOwnCode)
}

/** The topmost of them. */
export function topOwnFrame(stack: string | undefined): StackFrame | undefined {
  return ownFrames(stack)[0]
}
