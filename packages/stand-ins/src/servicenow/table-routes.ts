import type { Service } from '@oncall-lab/service-kit/service'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { select } from './encoded-query.ts'
import { displayOf, type Fields, isKnown, REFERENCES } from './record.ts'
import { noRecord, ServiceNowError } from './servicenow-error.ts'
import type { ServiceNowOptions } from './servicenow-options.ts'

const DEFAULT_LIMIT = 10_000
type Query = Record<string, string | undefined>

/** `/api/now/table/{incident|sys_user}`, as the vendor documents its Table API. */
export async function tableRoutes(app: Service, { table, people, account }: ServiceNowOptions): Promise<void> {
  app.addHook('onRequest', async (request) => demandMediaTypes(request))
  const base = (request: FastifyRequest) => `${request.protocol}://${request.host}/servicenow/api/now/table`
  const writeOut = (request: FastifyRequest) => (record: Fields) => present(record, request.query as Query, base(request), people, table)

  const list = (request: FastifyRequest, reply: FastifyReply, rows: Fields[]) => {
    const query = request.query as Query
    const found = select(rows, query.sysparm_query ?? '')
    const [offset, limit] = [count(query.sysparm_offset, 0), count(query.sysparm_limit, DEFAULT_LIMIT)]
    if (query.sysparm_no_count !== 'true') reply.header('x-total-count', String(found.length))
    return found.slice(offset, offset + limit)
  }

  app.get('/incident', async (request, reply) => ({ result: list(request, reply, table.all()).map(writeOut(request)) }))
  app.get<ById>('/incident/:sysId', async (request) => ({ result: writeOut(request)(table.get(request.params.sysId)) }))
  app.post('/incident', async (request, reply) => {
    const record = table.insert(bodyOf(request), account.user)
    return reply
      .code(201)
      .header('location', `${base(request)}/incident/${record.sys_id}`)
      .send({ result: writeOut(request)(record) })
  })
  for (const method of ['PATCH', 'PUT'] as const)
    app.route<ById>({
      method,
      url: '/incident/:sysId',
      handler: async (request) => ({ result: writeOut(request)(table.update(request.params.sysId, bodyOf(request), account.user)) }),
    })
  app.delete<ById>('/incident/:sysId', async (request, reply) => {
    table.remove(request.params.sysId)
    return reply.code(204).send()
  })

  app.get('/sys_user', async (request, reply) => {
    const { sysparm_query = '' } = request.query as Query
    const wanted = /(?:nameLIKE|user_nameLIKE|nameSTARTSWITH)([^^]*)/.exec(sysparm_query)?.[1]?.toLowerCase() ?? ''
    const found = people.filter(({ name, user_name }) => `${name} ${user_name}`.toLowerCase().includes(wanted))
    reply.header('x-total-count', String(found.length))
    return { result: found.slice(0, count((request.query as Query).sysparm_limit, DEFAULT_LIMIT)) }
  })
  app.get<ById>('/sys_user/:sysId', async (request) => {
    const found = people.find(({ sys_id }) => sys_id === request.params.sysId)
    if (!found) throw noRecord()
    return { result: found }
  })
  // Before the handler of what is not there, which would answer 404 for a table as well.
  app.all('/*', async (request) => {
    throw new ServiceNowError(400, 'Invalid table', request.url.split('?')[0]?.split('/').at(-1))
  })
}

interface ById {
  Params: { sysId: string }
}

/** Both headers are required of what they describe. */
function demandMediaTypes({ headers, method }: FastifyRequest): void {
  if (headers.accept === undefined) throw new ServiceNowError(400, 'Requested media type is not set', 'Accept header is required')
  if (!/json|\*\/\*/.test(headers.accept)) throw new ServiceNowError(406, 'Requested media type is not supported', 'Try application/json')
  const writes = method === 'POST' || method === 'PUT' || method === 'PATCH'
  if (writes && !/json/.test(headers['content-type'] ?? ''))
    throw new ServiceNowError(
      headers['content-type'] === undefined ? 400 : 415,
      'Unsupported media type',
      'Content-Type: application/json is required',
    )
}

function bodyOf({ body }: FastifyRequest): Record<string, unknown> {
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body as Record<string, unknown> // JSON's names are texts.
  throw new ServiceNowError(400, 'Exception while reading request', 'The payload is not valid JSON')
}

function count(text: string | undefined, otherwise: number): number {
  const value = Number(text)
  return text !== undefined && Number.isInteger(value) && value >= 0 ? value : otherwise
}

/** With `sysparm_fields`, `sysparm_display_value` and `sysparm_exclude_reference_link`. */
function present(
  record: Fields,
  { sysparm_fields, sysparm_display_value = 'false', sysparm_exclude_reference_link }: Query,
  base: string,
  people: ServiceNowOptions['people'],
  table: ServiceNowOptions['table'],
): Record<string, unknown> {
  const wanted = sysparm_fields?.split(',').filter(isKnown) ?? Object.keys(record)
  const journal = (name: string) =>
    table
      .journal(record.sys_id ?? '')
      .filter((entry) => entry.name === name)
      .map(({ at, by, text }) => `${at} - ${by} (${name === 'work_notes' ? 'Work notes' : 'Additional comments'})\n${text}\n\n`)
      .join('')
  return Object.fromEntries(
    wanted.map((name) => {
      const value = record[name] ?? ''
      const isJournal = name === 'work_notes' || name === 'comments'
      const shown = isJournal
        ? journal(name)
        : REFERENCES.includes(name)
          ? (people.find(({ sys_id }) => sys_id === value)?.name ?? '')
          : displayOf(name, value)
      if (sysparm_display_value === 'all') return [name, { display_value: shown, value }]
      if (isJournal) return [name, sysparm_display_value === 'true' ? shown : '']
      if (!REFERENCES.includes(name) || value === '') return [name, sysparm_display_value === 'true' ? shown : value]
      const link = `${base}/sys_user/${value}`
      if (sysparm_exclude_reference_link === 'true') return [name, sysparm_display_value === 'true' ? shown : value]
      return [name, sysparm_display_value === 'true' ? { display_value: shown, link } : { link, value }]
    }),
  )
}
