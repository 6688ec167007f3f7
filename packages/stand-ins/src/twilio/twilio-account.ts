/** The one account that the stand-in of Twilio knows. */
export interface TwilioAccount {
  accountSid: string
  authToken: string
  /** The account's WhatsApp sender, `whatsapp:+…`. */
  sender: string
  /** The person on call; joined the sender when the database was created, as with the join message of Twilio's sandbox. */
  user: string
  /** Where messages that arrive are posted; the signature covers exactly this text. */
  webhookUrl: string
}
