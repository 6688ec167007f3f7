import { STAND_IN_CREDENTIALS as KNOWN } from '@oncall-lab/stand-ins/api'
import { startStandIns, startWebhook } from '@oncall-lab/stand-ins/test-stand-ins'
import { type Check, callerOf } from './check.ts'
import { access, listing, reading } from './twilio-reading.ts'
import { creating, refusals, sandbox } from './twilio-sending.ts'
import { callbacks, inbound } from './twilio-webhooks.ts'
import { auth } from './twilio-world.ts'

/** Twilio's Messages, callbacks and webhooks: 71 checks. Sources: twilio-oai `twilio_api_v2010.json`, and the pages of the error codes. */
export async function twilioChecks(): Promise<{ checks: Check[] } & AsyncDisposable> {
  let aheadMs = 0
  const now = () => Date.now() + aheadMs
  const webhook = await startWebhook()
  const standIns = await startStandIns({ now, webhookUrl: webhook.url })
  const trial = await startStandIns({ now, sandbox: true, webhookUrl: webhook.url })
  const call = callerOf(`${standIns.url}/twilio`, auth(KNOWN.twilioAccountSid, KNOWN.twilioAuthToken))
  const phone = callerOf(standIns.url)
  const world = { call, phone, webhook, ahead: (ms: number) => (aheadMs += ms), trial: trial.url }
  return {
    checks: [
      ...[...refusals(call), ...creating(world), ...sandbox(world)],
      ...[...reading(world), ...listing(world), ...callbacks(world), ...inbound(world), ...access(standIns.url, call)],
    ],
    async [Symbol.asyncDispose]() {
      await standIns.app.close()
      await trial.app.close()
      await webhook[Symbol.asyncDispose]()
    },
  }
}
