import { defineConnector } from '../../connector.ts'
import type { Channel } from '../channel.ts'
import { pageText } from '../page.ts'
import { createWebhookMessenger } from './client.ts'
import { describeWebhooks, readWebhookAddress, webhookForm, webhookSettings } from './settings.ts'

/** Webhooks: signed JSON, or the form that Slack and its like take. */
export const webhook = defineConnector<Channel, typeof webhookSettings>({
  id: 'webhook',
  settings: webhookSettings,
  connect(config) {
    const port: Channel = {
      id: 'webhook',
      scheme: 'https',
      addressForm: webhookForm(config),
      readAddress: (text) => readWebhookAddress(text, config),
      limit: 4_000,
      render: (page) => pageText(page, { answered: 'on_console' }),
      ...createWebhookMessenger({ secret: config.WEBHOOK_SECRET }),
    }
    return { kind: 'on', port, about: describeWebhooks(config) }
  },
})
