import { defineConnector } from '../../connector.ts'
import type { Channel } from '../channel.ts'
import { MESSAGE_CHARS, pageText } from '../page.ts'
import { createTwilioMessenger } from './client.ts'
import { isSameNumber } from './same-number.ts'
import { ADDRESS_FORM, chooseTwilio, readWhatsappAddress, whatsappSettings } from './settings.ts'
import { registerTwilioWebhook, TWILIO_WEBHOOK } from './webhook.ts'

/** WhatsApp, through Twilio. */
export const whatsapp = defineConnector<Channel, typeof whatsappSettings>({
  id: 'whatsapp',
  settings: whatsappSettings,
  connect(config) {
    const { settings, personOnCall, about } = chooseTwilio(config)
    const port: Channel = {
      id: 'whatsapp',
      scheme: 'whatsapp',
      addressForm: ADDRESS_FORM,
      readAddress: readWhatsappAddress,
      isSame: isSameNumber,
      defaultContact: personOnCall,
      limit: MESSAGE_CHARS,
      render: pageText,
      ...createTwilioMessenger(settings),
      routes: (app, deps) => registerTwilioWebhook(app, { ...deps, publicUrl: config.PUBLIC_URL, authToken: settings.authToken }),
      publicPaths: [TWILIO_WEBHOOK],
    }
    return { kind: 'on', port, about }
  },
})
