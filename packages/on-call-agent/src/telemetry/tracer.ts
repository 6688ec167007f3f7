/** A value that a span can carry. */
export type AttributeValue = string | number | boolean | string[]
export type Attributes = Record<string, AttributeValue | undefined>

/** What a span is about. */
export interface SpanStart {
  name: string
  /** `client`: a request to another system. */
  kind?: 'internal' | 'client'
  attributes: Attributes
  /** All spans with the same text are one trace; unless given, the trace of the span around it. */
  trace?: string
}

/** Measures pieces of work as spans; one within another is its child. */
export interface Tracer {
  /** Runs the work within a span; `add` puts what is known later onto it. What the work throws is the span's error, and is thrown on. */
  span<T>(start: SpanStart, work: (add: (attributes: Attributes) => void) => Promise<T>): Promise<T>
  /** Settles when all that ended was sent, or given up. */
  stop(): Promise<void>
}

/** Measures nothing. */
export const NO_TRACER: Tracer = { span: (_start, work) => work(() => {}), stop: async () => {} }
