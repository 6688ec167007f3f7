/** A function call before its shape is settled. */
export interface LooseCall {
  id?: unknown
  name: string
  args: unknown
}

/** A member of whatever it is; undefined where there is none. */
export function member(value: unknown, name: string): unknown {
  // Only read as unknown.
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined
}
