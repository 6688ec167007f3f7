/** A JSON Schema as far as the page shows it. */
interface Schema {
  type?: string | string[]
  enum?: readonly unknown[]
  const?: unknown
  anyOf?: Schema[]
  allOf?: Schema[]
  properties?: Record<string, Schema>
  patternProperties?: Record<string, Schema>
  additionalProperties?: boolean | Schema
  required?: string[]
  items?: Schema
  description?: string
  minimum?: number
  maximum?: number
  minLength?: number
  maxLength?: number
  default?: unknown
}

type Content = Record<string, { schema: Schema }>

interface DocumentedOperation {
  parameters: { name: string; in: string; required: boolean; schema: Schema }[]
  requestBody?: { content: Content }
  responses: Record<string, { description: string; content?: Content }>
}

/** An OpenAPI document as openapi.ts makes it. */
export interface DocumentedApi {
  info: { title: string }
  paths: Record<string, Record<string, DocumentedOperation>>
}

const STYLE = `:root{color-scheme:light dark}body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
pre{overflow-x:auto;padding:.6rem;border:1px solid #8884;border-radius:.3rem;font-size:13px}summary{cursor:pointer}h2{font-size:1rem;margin:0;display:inline}
details{border-bottom:1px solid #8884;padding:.4rem 0}b{display:inline-block;min-width:4.5rem}table{border-collapse:collapse}td,th{text-align:left;padding:.1rem 1rem .1rem 0;vertical-align:top}`

/** The document as a page for people: no script, nothing from elsewhere. */
export function openApiPage({ info, paths }: DocumentedApi, documentAt: string): string {
  const title = `${asText(info.title)}: the API`
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => describe(method, path, operation)),
  )
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title><style>${STYLE}</style></head>
<body><main><h1>${title}</h1><p>${operations.length} operations, as <a href="${asText(documentAt)}">${asText(documentAt)}</a> has them for programs. Errors are problem documents (RFC 9457) with <code>status</code>, <code>code</code>, <code>detail</code> and, for bad input, <code>field</code>.</p>
${operations.join('\n')}</main></body></html>`
}

function describe(method: string, path: string, { parameters, requestBody, responses }: DocumentedOperation): string {
  const rows = parameters.map(
    ({ name, in: place, required, schema }) =>
      `<tr><td><code>${asText(name)}</code></td><td>${asText(place)}${required ? ', required' : ''}</td><td><code>${asText(schemaText(schema))}</code></td><td>${asText(schema.description ?? '')}</td></tr>`,
  )
  const body = requestBody && contents(requestBody.content)
  const answers = Object.entries(responses)
    .filter(([status]) => status !== 'default')
    .map(([status, { content }]) => `<p>${asText(status)}</p>${content ? contents(content) : ''}`)
  return `<details id="${asText(`${method}-${path}`)}"><summary><h2><b>${asText(method.toUpperCase())}</b> ${asText(path)}</h2></summary>
${rows.length > 0 ? `<table><tr><th>name</th><th>where</th><th>form</th><th></th></tr>${rows.join('')}</table>` : ''}
${body ? `<p>Body</p>${body}` : ''}${answers.length > 0 ? `<p>Answers</p>${answers.join('')}` : ''}</details>`
}

const contents = (content: Content) =>
  Object.entries(content)
    .map(([type, { schema }]) => `<pre>${type === 'application/json' ? '' : `${asText(type)}\n`}${asText(schemaText(schema))}</pre>`)
    .join('')

/** A schema in the notation of TypeScript, with the bounds beside it. */
export function schemaText(schema: Schema, indent = ''): string {
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  if (schema.enum) return schema.enum.map((each) => JSON.stringify(each)).join(' | ')
  const several = schema.anyOf ?? schema.allOf
  if (several) return several.map((each) => schemaText(each, indent)).join(schema.anyOf ? ' | ' : ' & ')
  if (schema.type === 'array' || schema.items) return arrayText(schemaText(schema.items ?? {}, indent))
  if (schema.properties && Object.keys(schema.properties).length > 0) return objectText(schema, indent)
  const [values] = Object.values(schema.patternProperties ?? {})
  if (values) return `{ [name: string]: ${schemaText(values, indent)} }`
  return `${[schema.type ?? 'any'].flat().join(' | ')}${boundsText(schema)}`
}

const arrayText = (items: string) => (/[|&]/.test(items) && !items.startsWith('{') ? `(${items})[]` : `${items}[]`)

function objectText({ properties = {}, required = [] }: Schema, indent: string): string {
  const inner = `${indent}  `
  const members = Object.entries(properties).map(([name, schema]) => {
    const about = schema.description === undefined ? '' : `  // ${schema.description}`
    return `${inner}${name}${required.includes(name) && schema.default === undefined ? '' : '?'}: ${schemaText(schema, inner)}${about}`
  })
  return `{\n${members.join('\n')}\n${indent}}`
}

function boundsText({ minimum, maximum, minLength, maxLength, default: usual }: Schema): string {
  const bound = (least: number | undefined, most: number | undefined, what: string) =>
    least === undefined && most === undefined ? [] : [`${least ?? ''}..${most ?? ''}${what}`]
  const bounds = [
    ...bound(minimum, maximum, ''),
    ...bound(minLength, maxLength, ' characters'),
    ...(usual === undefined ? [] : [`usually ${JSON.stringify(usual)}`]),
  ]
  return bounds.length > 0 ? ` (${bounds.join(', ')})` : ''
}

const asText = (text: string) => text.replace(/[&<>"']/g, (each) => `&#${each.charCodeAt(0)};`)
