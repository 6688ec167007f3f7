import { notFound } from '@oncall-lab/service-kit/errors'
import type { Service } from '@oncall-lab/service-kit/service'
import { Type } from 'typebox'
import { Inquiry, InquiryList, InquiryQuery, InquiryRequest } from './api.ts'
import type { Inquiries } from './inquiries/inquiries.ts'

const ById = Type.Object({ id: Type.String({ minLength: 1, maxLength: 64 }) })

/** `/api/inquiries`: questions that open no incident and can only look. */
export function registerInquiryRoutes(app: Service, inquiries: Inquiries): void {
  app.post(
    '/api/inquiries',
    { schema: { body: InquiryRequest, response: { 202: Type.Object({ id: Type.String() }) } } },
    async ({ body }, reply) => {
      const { id } = await inquiries.ask(body)
      return reply.code(202).header('location', `/api/inquiries/${id}`).send({ id })
    },
  )
  app.get('/api/inquiries', { schema: { querystring: InquiryQuery, response: { 200: InquiryList } } }, async ({ query }) => ({
    inquiries: await inquiries.list(query.limit, query.context),
  }))
  app.post('/api/inquiries/:id/cancel', { schema: { params: ById, response: { 200: Inquiry } } }, async ({ params }) => {
    const inquiry = await inquiries.cancel(params.id)
    if (!inquiry) throw notFound(`There is no inquiry ${JSON.stringify(params.id)}`)
    return inquiry
  })
  app.get('/api/inquiries/:id', { schema: { params: ById, response: { 200: Inquiry } } }, async ({ params }) => {
    const inquiry = await inquiries.find(params.id)
    if (!inquiry) throw notFound(`There is no inquiry ${JSON.stringify(params.id)}`)
    return inquiry
  })
}
