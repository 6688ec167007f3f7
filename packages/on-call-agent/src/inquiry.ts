import { type Static, Type } from 'typebox'
import { Nullable } from './nullable.ts'
import { Usage } from './usage/usage.ts'

const Time = Type.String({ description: 'RFC 3339, UTC.' })

/** `POST /api/inquiries`: a question that opens no incident; `target` is a service, or the id of a target to look at alone. */
export const InquiryRequest = Type.Object(
  {
    question: Type.String({ minLength: 1, maxLength: 1_000, pattern: '\\S' }),
    target: Type.Optional(
      Type.String({ minLength: 1, maxLength: 200, pattern: '^[\\w.:/ -]+$', description: 'a service, or the id of a target' }),
    ),
    /** Chosen by the caller: the same one again is the same inquiry. */
    id: Type.Optional(Type.String({ pattern: '^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$', description: 'a UUID in lower case' })),
    /** What the caller keeps together by it. */
    context: Type.Optional(Type.String({ pattern: '^[\\w.:-]{1,100}$', description: 'up to 100 letters, digits and . : _ -' })),
  },
  { additionalProperties: false },
)
export type InquiryRequest = Static<typeof InquiryRequest>

/** The words of an answer, each quote word for word out of the result of a call. */
const Evidence = Type.Array(
  Type.Object({ tool_call_id: Type.String(), quote: Type.String({ minLength: 1, maxLength: 500 }) }, { additionalProperties: false }),
  { maxItems: 10 },
)

/** `send_answer`: how an inquiry ends. */
export const SendAnswerArgs = Type.Object(
  {
    answer: Type.String({ minLength: 1, maxLength: 4_000, description: 'For the person who asked: short and plain, the figures first.' }),
    evidence: Evidence,
  },
  { additionalProperties: false },
)

/** A look that was made for an inquiry. */
export const InquiryStep = Type.Object({
  tool_call_id: Type.String(),
  name: Type.String(),
  arguments: Type.String(),
  ok: Type.Boolean(),
  /** What the result means, in one sentence. */
  summary: Type.String(),
  duration_ms: Type.Number(),
})
export type InquiryStep = Static<typeof InquiryStep>

/** `GET /api/inquiries/{id}`: `failed` when no model could answer; `answer` then says why, and what was seen. `cancelled`: nobody wants it any more. */
export const Inquiry = Type.Object({
  id: Type.String(),
  status: Type.Enum(['running', 'answered', 'failed', 'cancelled'], { type: 'string' }),
  question: Type.String(),
  target: Nullable(Type.String()),
  context: Type.Optional(Type.String()),
  answer: Nullable(Type.String()),
  evidence: Evidence,
  steps: Type.Array(InquiryStep),
  asked_at: Time,
  answered_at: Nullable(Time),
  usage: Type.Optional(Usage),
})
export type Inquiry = Static<typeof Inquiry>

/** `GET /api/inquiries`: newest first. */
export const InquiryQuery = Type.Object(
  {
    context: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
    limit: Type.Integer({ minimum: 1, maximum: 1_000, default: 100 }),
  },
  { additionalProperties: false },
)
export const InquiryList = Type.Object({ inquiries: Type.Array(Inquiry) })
export type InquiryList = Static<typeof InquiryList>
