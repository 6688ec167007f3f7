import type { Connector } from '../connector.ts'
import type { Channel } from './channel.ts'
import { mail } from './mail/channel.ts'
import { webhook } from './webhook/channel.ts'
import { whatsapp } from './whatsapp/channel.ts'

/** How people are reached; the first with a contact of its own is the default. */
export const CHANNELS = [whatsapp, mail, webhook] satisfies Connector<Channel>[]
