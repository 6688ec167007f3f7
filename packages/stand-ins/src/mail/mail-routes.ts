import type { Service } from '@oncall-lab/service-kit/service'
import { MailList } from '../api.ts'
import { servePage } from '../page-files.ts'
import type { Mailbox } from './mailbox.ts'

/** The mailbox of everybody on call: `GET /mail/messages`, and a page at `/mail`. */
export async function mailRoutes(app: Service, { mailbox }: { mailbox: Mailbox | undefined }): Promise<void> {
  app.get('/mail/messages', { schema: { response: { 200: MailList } } }, async () => ({ messages: mailbox?.list() ?? [] }))
  servePage(app, { path: '/mail', name: 'mail', folder: import.meta.dirname })
}
