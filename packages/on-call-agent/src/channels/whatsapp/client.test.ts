import { STAND_IN_CREDENTIALS as KNOWN } from '@oncall-lab/stand-ins/api'
import { startStandIns } from '@oncall-lab/stand-ins/test-stand-ins'
import { expect, test } from 'vitest'
import { CLIENT_TIMEOUT_MS, describeChannelFaults } from '../../../test-parts/channel-faults.ts'
import { createTwilioMessenger } from './client.ts'

const PERSON = KNOWN.userWhatsappNumber
const connect = (url: string) =>
  createTwilioMessenger({
    baseUrl: `${url}/twilio`,
    accountSid: KNOWN.twilioAccountSid,
    authToken: KNOWN.twilioAuthToken,
    from: KNOWN.twilioWhatsappNumber,
    timeoutMs: CLIENT_TIMEOUT_MS,
  })

describeChannelFaults('WhatsApp', connect)

test('a message is accepted under an id, and found by its text', async () => {
  await using standIns = await startStandIns()
  const whatsapp = connect(standIns.url)
  const began = new Date()
  const id = await whatsapp.send(PERSON, 'Incident 7')
  expect(id).toMatch(/^SM[0-9a-f]{32}$/)
  expect(await whatsapp.find(PERSON, 'Incident 7', began, async () => false)).toBe(id)
  expect(await whatsapp.find(PERSON, 'Incident 7', began, async (other) => other === id)).toBeUndefined()
  expect(await whatsapp.find(PERSON, 'Incident 8', began, async () => false)).toBeUndefined()
})

test.each([
  ['a recipient that is no number', 'whatsapp:12', 'x', '21211'],
  ['a text over 1,600 characters', PERSON, 'x'.repeat(1_601), '21617'],
])("%s is refused for good, with Twilio's own code", async (_title, to, body, code) => {
  await using standIns = await startStandIns()
  await expect(connect(standIns.url).send(to, body)).rejects.toMatchObject({ code, retryable: false, uncertain: false })
})

test('a wrong token can pass: it is tried again, slowly', async () => {
  await using standIns = await startStandIns()
  const whatsapp = createTwilioMessenger({
    baseUrl: `${standIns.url}/twilio`,
    accountSid: KNOWN.twilioAccountSid,
    authToken: 'wrong',
    from: KNOWN.twilioWhatsappNumber,
  })
  await expect(whatsapp.send(PERSON, 'x')).rejects.toMatchObject({ code: '20003', retryable: true, uncertain: false, slow: true })
})
