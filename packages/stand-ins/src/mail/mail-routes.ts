import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Service } from '@oncall-lab/service-kit/service'
import { MailList } from '../api.ts'
import type { Mailbox } from './mailbox.ts'

const POLICY =
  "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

/** The mailbox of everybody on call: `GET /mail/messages`, and a page at `/mail`. */
export async function mailRoutes(app: Service, { mailbox }: { mailbox: Mailbox | undefined }): Promise<void> {
  app.get('/mail/messages', { schema: { response: { 200: MailList } } }, async () => ({ messages: mailbox?.list() ?? [] }))
  for (const [path, file, type] of [
    ['/mail', 'page.html', 'text/html'],
    ['/mail/page.css', 'page.css', 'text/css'],
    ['/mail/page.js', 'page.js', 'text/javascript'],
  ] as const) {
    const content = readFileSync(join(import.meta.dirname, file), 'utf8')
    app.get(path, async (_request, reply) =>
      reply
        .header('content-security-policy', POLICY)
        .header('x-content-type-options', 'nosniff')
        .header('cache-control', 'no-cache')
        .type(`${type}; charset=utf-8`)
        .send(content),
    )
  }
}
