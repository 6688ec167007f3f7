import { type Static, Type } from 'typebox'
import { Episode, Nullable } from '../api.ts'

const Failure = Type.Object({ code: Type.String(), message: Type.String() })
const At = Type.String({ description: 'RFC 3339, UTC.' })

/** The first line of a tape: what the run is about. */
const SubjectLine = Type.Object({
  kind: Type.Literal('subject'),
  /** Of the format. */
  version: Type.Literal(1),
  at: At,
  /** Empty for an inquiry. */
  ref: Type.String(),
  id: Type.String(),
  service: Type.String(),
  severity: Type.String(),
  alerts: Type.Array(Episode),
})
export type SubjectLine = Static<typeof SubjectLine>

/** Whether a target could see the service. */
const SightLine = Type.Object({ kind: Type.Literal('sight'), at: At, target: Type.String(), covers: Type.Boolean() })

const Answer = Type.Object({
  role: Type.Literal('assistant'),
  content: Nullable(Type.String()),
  tool_calls: Type.Optional(
    Type.Array(
      Type.Object({
        id: Type.String(),
        type: Type.Literal('function'),
        function: Type.Object({ name: Type.String(), arguments: Type.String() }),
      }),
    ),
  ),
  usage: Type.Optional(
    Type.Object({ inputTokens: Type.Number(), outputTokens: Type.Number(), cachedTokens: Type.Optional(Type.Number()) }),
  ),
})

/** One request to the model and its answer, or why there was none. `heard` are the messages that it had not been sent before. */
const TurnLine = Type.Object({
  kind: Type.Literal('turn'),
  at: At,
  model: Type.String(),
  offered: Type.Array(Type.String()),
  heard: Type.Array(Type.Unknown()),
  /** All of the transcript, as JSON. */
  sent_bytes: Type.Integer(),
  duration_ms: Type.Integer(),
  answer: Type.Optional(Answer),
  failed: Type.Optional(Failure),
})
export type TurnLine = Static<typeof TurnLine>

/** One function call as the function saw it, and what it returned, or how it failed. */
const ResultLine = Type.Object({
  kind: Type.Literal('result'),
  at: At,
  name: Type.String(),
  arguments: Type.Unknown(),
  duration_ms: Type.Integer(),
  result: Type.Optional(Type.Unknown()),
  failed: Type.Optional(Failure),
})
export type ResultLine = Static<typeof ResultLine>

/** One line of a tape; a tape is a JSON-lines file of one incident or one inquiry. */
export const TapeLine = Type.Union([SubjectLine, SightLine, TurnLine, ResultLine])
export type TapeLine = Static<typeof TapeLine>
