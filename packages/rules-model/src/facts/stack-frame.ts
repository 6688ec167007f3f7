/** A place in a source file as a stack trace names it. */
export interface StackFrame {
  /** As V8 prints it, without `async` and `new`; '' for anonymous code. */
  functionName: string
  file: string
  line: number
  column: number
}

const FRAME = /^\s*at (?:(?<name>.*?) \()?(?<file>[^()]+?):(?<line>\d+):(?<column>\d+)\)?\s*$/

/** The frames of a V8 stack trace, top first; lines of another form are left out. */
export function parseStack(stack: string): StackFrame[] {
  return stack.split('\n').flatMap((text) => {
    const groups = FRAME.exec(text)?.groups
    if (!groups) return []
    const functionName = (groups.name ?? '').replace(/^(async|new) /, '')
    const file = (groups.file ?? '').replace(/^(async )?(file:\/\/)?/, '')
    return [{ functionName, file, line: Number(groups.line), column: Number(groups.column) }]
  })
}

/** True for code of the repository: neither Node's own, nor a dependency's, nor a path that leaves the repository. */
function isOwnCode({ file }: StackFrame): boolean {
  return (
    !/^node:|^internal\/|(^|\/)node_modules\/|^<|^evalmachine|(^|\/)\.\.(\/|$)|^[a-z]+:\/\//.test(file) && /^[\w@./+-]+\.\w+$/.test(file)
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
