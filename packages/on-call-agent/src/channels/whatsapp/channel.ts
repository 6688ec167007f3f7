import { defineConnector } from '../../connector.ts'
import type { Channel } from '../channel.ts'
import { MESSAGE_CHARS, pageText } from '../page.ts'
import { createTwilioMessenger } from './client.ts'
import { isSameNumber } from './same-number.ts'
import { ADDRESS_FORM, chooseTwilio, readWhatsappAddress, whatsappSettings } from './settings.ts'
import { registerStatusWebhook, TWILIO_STATUS_WEBHOOK } from './status-webhook.ts'
import { registerTwilioWebhook, TWILIO_WEBHOOK } from './webhook.ts'

/** WhatsApp, through Twilio. */
export const whatsapp = defineConnector<Channel, typeof whatsappSettings>({
  id: 'whatsapp',
  settings: whatsappSettings,
  connect(config) {
    const { settings, personOnCall, about } = chooseTwilio(config)
    const { readReport, ...messenger } = createTwilioMessenger(settings)
    const known = { publicUrl: config.PUBLIC_URL, authToken: settings.authToken }
    const port: Channel = {
      id: 'whatsapp',
      scheme: 'whatsapp',
      addressForm: ADDRESS_FORM,
      readAddress: readWhatsappAddress,
      isSame: isSameNumber,
      defaultContact: personOnCall,
      limit: MESSAGE_CHARS,
      render: pageText,
      ...messenger,
      routes(app, deps) {
        registerTwilioWebhook(app, { ...deps, ...known })
        registerStatusWebhook(app, { ...deps, ...known, readReport })
      },
      publicPaths: [TWILIO_WEBHOOK, TWILIO_STATUS_WEBHOOK],
    }
    return { kind: 'on', port, about }
  },
})
