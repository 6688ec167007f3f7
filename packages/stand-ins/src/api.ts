import { type Static, Type } from 'typebox'

/** The systems that this process stands in for. */
export const VENDORS = ['twilio', 'jira', 'github', 'servicenow'] as const
export type Vendor = (typeof VENDORS)[number]

/** The fixed, public credentials of the stand-ins: what `.env.example` documents and every client uses when it has no real ones. */
export const STAND_IN_CREDENTIALS = {
  twilioAccountSid: 'AC00000000000000000000000000000001',
  twilioAuthToken: '00000000000000000000000000000001',
  /** The agent's WhatsApp sender. */
  twilioWhatsappNumber: 'whatsapp:+15550100000',
  /** The person on call. */
  userWhatsappNumber: 'whatsapp:+15550100001',
  /** The approved template of an incident page. */
  twilioPageTemplate: 'HX00000000000000000000000000000001',
  mailFrom: 'agent@oncall-lab.example',
  serviceNowUser: 'oncall.agent',
  serviceNowPassword: 'stand-in-servicenow-password',
  jiraEmail: 'agent@oncall-lab.example',
  jiraApiToken: 'stand-in-jira-token',
  jiraProjectKey: 'OPS',
  githubToken: 'github_pat_stand_in_00000000000000000000',
  githubOwner: 'oncall-lab',
  githubRepo: 'oncall-lab',
} as const

/** `POST /phone/messages`: a person writes on the phone. Delivered to the agent's webhook, signed as Twilio signs. */
export const PhoneMessage = Type.Object(
  {
    /** Needed unless there is media, a reaction or a button. */
    body: Type.Optional(Type.String({ minLength: 1, maxLength: 1_600 })),
    /** A picture, a voice note or a document, in base64. */
    media: Type.Optional(
      Type.Object(
        {
          content_type: Type.String({ pattern: '^(image|audio|video|application|text)/[a-z0-9.+-]{1,60}$' }),
          data: Type.String({ minLength: 1, maxLength: 700_000, pattern: '^[A-Za-z0-9+/]+={0,2}$' }),
        },
        { additionalProperties: false },
      ),
    ),
    /** An emoji on the message that `reply_to` names. */
    reaction: Type.Optional(Type.String({ minLength: 1, maxLength: 16 })),
    /** A tap on a quick-reply button of the message that `reply_to` names. */
    button: Type.Optional(
      Type.Object(
        { text: Type.String({ minLength: 1, maxLength: 25 }), payload: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })) },
        { additionalProperties: false },
      ),
    ),
    /** `whatsapp:+…`; the person on call when absent. */
    from: Type.Optional(Type.String({ pattern: '^whatsapp:\\+[1-9]\\d{6,14}$' })),
    /** The SID of the message that this one quotes. */
    reply_to: Type.Optional(Type.String({ pattern: '^[SM]M[0-9a-f]{32}$' })),
  },
  { additionalProperties: false },
)
export type PhoneMessage = Static<typeof PhoneMessage>

/** `POST /phone/read`: the person sees the newest messages up to this one. */
export const PhoneRead = Type.Object({ sid: Type.String({ pattern: '^[SM]M[0-9a-f]{32}$' }) }, { additionalProperties: false })

/** The answer to `POST /phone/messages`, under the webhook's own status (502 when it gave none: then `webhook.status` is null). */
export const PhoneDelivery = Type.Object({
  sid: Type.String(),
  webhook: Type.Object({ status: Type.Union([Type.Integer(), Type.Null()]), body: Type.String() }),
  /** Only when the webhook did not take the message. */
  detail: Type.Optional(Type.String()),
})
export type PhoneDelivery = Static<typeof PhoneDelivery>

/** `GET /phone/messages`: what the phone of the person on call shows, oldest message first. Times are RFC 3339 in UTC. */
export const PhoneConversation = Type.Object({
  phone: Type.String(),
  agent: Type.String(),
  /** Until then the agent may write freely; null when the person never wrote. */
  window_closes_at: Type.Union([Type.String(), Type.Null()]),
  messages: Type.Array(
    Type.Object({
      sid: Type.String(),
      /** `in`: to the phone; `out`: written on it. */
      direction: Type.Enum(['in', 'out']),
      body: Type.String(),
      at: Type.String(),
      /** Twilio's status: scheduled, queued, sent, delivered, read, undelivered, received, canceled. */
      status: Type.String(),
      error_code: Type.Union([Type.Integer(), Type.Null()]),
      replied_to: Type.Union([Type.String(), Type.Null()]),
    }),
  ),
  /** The tickets in the stand-ins of the trackers, each tracker's newest first. */
  issues: Type.Array(
    Type.Object({
      tracker: Type.Enum(['jira', 'servicenow']),
      key: Type.String(),
      summary: Type.String(),
      assignee: Type.Union([Type.String(), Type.Null()]),
      status: Type.String(),
      url: Type.String(),
    }),
  ),
})
export type PhoneConversation = Static<typeof PhoneConversation>

/** `GET /phone/incident`: the open incident that is newest, or else the newest, as the agent's API has it; null with the reason where none can be shown. */
export const PhoneIncident = Type.Object({
  incident: Type.Union([
    Type.Object({
      ref: Type.String(),
      service: Type.String(),
      severity: Type.String(),
      status: Type.String(),
      url: Type.String(),
      resolved_at: Type.Union([Type.String(), Type.Null()]),
      /** Its clock, oldest first. */
      moments: Type.Array(Type.Object({ what: Type.String(), at: Type.String() })),
    }),
    Type.Null(),
  ]),
  detail: Type.Optional(Type.String()),
})
export type PhoneIncident = Static<typeof PhoneIncident>

/** A mail as the stand-in's mailbox took it. */
const Mail = Type.Object({
  id: Type.Integer(),
  /** RFC 3339, UTC. */
  at: Type.String(),
  from: Type.String(),
  /** The envelope's recipients. */
  to: Type.Array(Type.String()),
  subject: Type.String(),
  text: Type.String(),
  message_id: Type.String(),
  in_reply_to: Type.Union([Type.String(), Type.Null()]),
  /** By their names in lower case. */
  headers: Type.Record(Type.String(), Type.String()),
})
export type Mail = Static<typeof Mail>

/** `GET /mail/messages`: newest first, 200 at most. */
export const MailList = Type.Object({ messages: Type.Array(Mail) })

const FaultEffect = Type.Union([
  Type.Object(
    {
      kind: Type.Literal('status'),
      status: Type.Integer({ minimum: 400, maximum: 599 }),
      /** Seconds; becomes the header `Retry-After`. */
      retry_after: Type.Optional(Type.Integer({ minimum: 0, maximum: 3_600 })),
    },
    { additionalProperties: false },
  ),
  Type.Object({ kind: Type.Literal('lost_request') }, { additionalProperties: false }),
  Type.Object({ kind: Type.Literal('lost_answer') }, { additionalProperties: false }),
  Type.Object(
    { kind: Type.Literal('delay'), delay_ms: Type.Integer({ minimum: 1, maximum: 120_000 }), when: Type.Enum(['before', 'after']) },
    { additionalProperties: false },
  ),
  Type.Object({ kind: Type.Literal('trickle'), over_ms: Type.Integer({ minimum: 1, maximum: 120_000 }) }, { additionalProperties: false }),
  Type.Object(
    { kind: Type.Literal('search_lag'), lag_ms: Type.Integer({ minimum: 1, maximum: 600_000 }) },
    { additionalProperties: false },
  ),
  Type.Object({ kind: Type.Enum(['window_closed', 'callbacks_lost']) }, { additionalProperties: false }),
])

const faultOrder = {
  vendor: Type.Enum(VENDORS),
  /** `GET`, `POST` …; any when absent. */
  method: Type.Optional(Type.String({ pattern: '^[A-Z]{3,7}$' })),
  /** The path below the vendor's prefix, without the query; `*` stands for any text. Any when absent. */
  path: Type.Optional(Type.String({ minLength: 1, maxLength: 300 })),
  /** For so many calls. */
  count: Type.Optional(Type.Integer({ minimum: 1, maximum: 100_000 })),
  fault: FaultEffect,
}

/** `POST /stand-ins/fault`: what goes wrong with which calls of which vendor; `count` or `seconds` (or both) bound it. */
export const FaultRequest = Type.Object(
  { ...faultOrder, seconds: Type.Optional(Type.Number({ minimum: 0.1, maximum: 86_400 })) },
  { additionalProperties: false },
)
export type FaultRequest = Static<typeof FaultRequest>

/** A fault in force: the answer to `POST /stand-ins/fault`, and in the list of `GET`. */
const FaultState = Type.Object({
  id: Type.Integer(),
  ...faultOrder,
  /** How many calls it has struck. */
  struck: Type.Integer(),
  ends_at: Type.Union([Type.String(), Type.Null()]),
})
export type FaultState = Static<typeof FaultState>

/** `POST /stand-ins/host/break`: what is really broken on the machine. */
export const HOST_BREAKAGES = ['nginx', 'disk', 'config', 'cpu'] as const
export const HostBreakRequest = Type.Object({ what: Type.Enum(HOST_BREAKAGES) }, { additionalProperties: false })

/** `GET /stand-ins/host`. */
export const HostState = Type.Object({ host: Type.String(), service: Type.String(), ssh_port: Type.Integer(), page: Type.String() })
export type HostState = Static<typeof HostState>
