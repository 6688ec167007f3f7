import { defineConnector } from '../../connector.ts'
import type { Channel } from '../channel.ts'
import { createMailMessenger } from './client.ts'
import { mailText } from './mail-text.ts'
import { chooseMail, MAIL_FORM, mailSettings, readMailAddress } from './settings.ts'

/** Mail, by SMTP. Answers are given on the console or another channel. */
export const mail = defineConnector<Channel, typeof mailSettings>({
  id: 'mail',
  settings: mailSettings,
  connect(config) {
    const { settings, about } = chooseMail(config)
    const port: Channel = {
      id: 'mail',
      scheme: 'mailto',
      addressForm: MAIL_FORM,
      readAddress: readMailAddress,
      limit: 100_000,
      render: mailText,
      ...createMailMessenger(settings),
    }
    return { kind: 'on', port, about }
  },
})
