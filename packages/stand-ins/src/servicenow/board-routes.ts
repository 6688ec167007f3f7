import type { Service } from '@oncall-lab/service-kit/service'
import { escapeHtml } from '../jira/adf-html.ts'
import { displayOf, type Fields } from './record.ts'
import type { ServiceNowOptions } from './servicenow-options.ts'

const HEADERS = {
  'content-security-policy': "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'content-type': 'text/html; charset=utf-8',
}

/** `GET /`: the list of incidents; `GET /nav_to.do?uri=incident.do?sys_id=…` and `/incident/{number}`: one of them, with its journal. */
export async function boardRoutes(app: Service, { table, people }: ServiceNowOptions): Promise<void> {
  const nameOf = (id = '') => people.find(({ sys_id }) => sys_id === id)?.name ?? 'nobody'
  app.get('/', async (_request, reply) => {
    const rows = table
      .all()
      .reverse()
      .slice(0, 200)
      .map(
        (record) =>
          `<tr><td><a href="/servicenow/incident/${record.number}">${record.number}</a></td><td>${displayOf('priority', record.priority ?? '')}</td><td>${displayOf('state', record.state ?? '')}</td><td>${escapeHtml(record.short_description ?? '')}</td><td>${escapeHtml(nameOf(record.assigned_to))}</td><td>${record.sys_updated_on}</td></tr>`,
      )
    const list = rows.length > 0 ? rows.join('') : '<tr><td colspan="6">No incident yet.</td></tr>'
    return reply
      .headers(HEADERS)
      .send(
        layout(
          'Incidents',
          `<h1>Incidents</h1><table><thead><tr><th>Number</th><th>Priority</th><th>State</th><th>Short description</th><th>Assigned to</th><th>Updated</th></tr></thead><tbody>${list}</tbody></table>`,
        ),
      )
  })
  // The address that the real instance opens a record under.
  app.get<{ Querystring: { uri?: string } }>('/nav_to.do', async (request, reply) => {
    const sysId = /sys_id=([0-9a-f]{32})$/.exec(request.query.uri ?? '')?.[1]
    const record = table.all().find(({ sys_id }) => sys_id === sysId)
    return reply.redirect(record ? `/servicenow/incident/${record.number}` : '/servicenow/')
  })
  app.get<{ Params: { number: string } }>('/incident/:number', async (request, reply) => {
    const record = table.all().find(({ number }) => number === request.params.number)
    if (!record) return reply.code(404).headers(HEADERS).send(layout('No such incident', '<h1>No such incident</h1>'))
    return reply.headers(HEADERS).send(layout(record.number ?? '', page(record)))
  })

  function page(record: Fields): string {
    const facts = [
      'state',
      'priority',
      'impact',
      'urgency',
      'category',
      'assignment_group',
      'u_host',
      'u_service',
      'close_code',
      'opened_at',
      'resolved_at',
    ].map(
      (name) =>
        `<div><dt>${name.replace('u_', '').replaceAll('_', ' ')}</dt><dd>${escapeHtml(displayOf(name, record[name] ?? '')) || '-'}</dd></div>`,
    )
    const notes = table
      .journal(record.sys_id ?? '')
      .map(
        ({ name, text, at, by }) =>
          `<article><header>${escapeHtml(by)} <time>${at} UTC</time> ${name === 'work_notes' ? 'work notes' : 'comment'}</header><p>${escapeHtml(text).replaceAll('\n', '<br>')}</p></article>`,
      )
    const closing = record.close_notes ? `<h2>Close notes</h2><p>${escapeHtml(record.close_notes)}</p>` : ''
    return `<p class="path"><a href="/servicenow/">Incidents</a> / ${record.number}</p><h1>${escapeHtml(record.short_description ?? '')}</h1>
      <div class="columns"><section class="text" aria-label="Description"><p>${escapeHtml(record.description ?? '').replaceAll('\n', '<br>')}</p>${closing}<h2>Activity</h2>${notes.join('') || '<p class="quiet">Nothing yet.</p>'}</section>
      <dl aria-label="Details"><div><dt>assigned to</dt><dd>${escapeHtml(nameOf(record.assigned_to))}</dd></div>${facts.join('')}</dl></div>`
  }
}

function layout(title: string, content: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${escapeHtml(title)}</title>
<link rel="stylesheet" href="/jira/browse/page.css"></head>
<body><nav><a href="/">Back to the phone</a><span>Stand-in of ServiceNow, on this machine</span></nav><main>${content}</main></body></html>
`
}
