import { type Static, Type } from 'typebox'

/** The fixed, public credentials of the stand-ins: what `.env.example` documents and every client uses when it has no real ones. */
export const STAND_IN_CREDENTIALS = {
  twilioAccountSid: 'AC00000000000000000000000000000001',
  twilioAuthToken: '00000000000000000000000000000001',
  /** The agent's WhatsApp sender. */
  twilioWhatsappNumber: 'whatsapp:+15550100000',
  /** The person on call. */
  userWhatsappNumber: 'whatsapp:+15550100001',
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
    body: Type.String({ minLength: 1, maxLength: 1_600 }),
    /** `whatsapp:+…`; the person on call when absent. */
    from: Type.Optional(Type.String({ pattern: '^whatsapp:\\+[1-9]\\d{6,14}$' })),
  },
  { additionalProperties: false },
)
export type PhoneMessage = Static<typeof PhoneMessage>
