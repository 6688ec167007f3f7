import { STAND_IN_CREDENTIALS } from '@oncall-lab/stand-ins/api'
import { startStandIns } from '@oncall-lab/stand-ins/test-stand-ins'
import { describe, expect, test } from 'vitest'
import { DeliveryError, type Messenger } from '../src/channels/channel.ts'
import { deadAddress, startFaultProxy } from './fault-proxy.ts'
import { VENDOR_FAULTS } from './vendor-faults.ts'

/** How long the clients under test wait for an answer. */
export const CLIENT_TIMEOUT_MS = 1_500

/** The suite of every channel that speaks to a vendor over HTTP: what it claims after each failure, and that it finds what got there all the same. */
export function describeChannelFaults(name: string, createChannel: (standInsUrl: string) => Messenger): void {
  describe(`${name}: a failed send`, () => {
    test.each(VENDOR_FAULTS)('$name is $claim', async ({ fault, claim, happened, retryAfterMs }) => {
      await using standIns = await startStandIns()
      await using proxy = await startFaultProxy(standIns.url)
      const to = STAND_IN_CREDENTIALS.userWhatsappNumber
      const message = { to, body: 'Incident 7', reference: '7k2fh', repeat: false, kind: 'page' as const, lastHeardAt: new Date() }
      if (fault !== 'refused') proxy.behaviour.fault = ({ method }) => (method === 'POST' ? fault : { kind: 'passes' })
      const channel = createChannel(fault === 'refused' ? await deadAddress() : proxy.url)
      const error = await channel.send(message).then(
        () => undefined,
        (thrown: unknown) => thrown,
      )
      expect(error).toBeInstanceOf(DeliveryError)
      const { retryable, uncertain, retryAfterMs: wait } = error as DeliveryError // Checked above.
      expect({ retryable, uncertain, wait }).toEqual({ retryable: claim !== 'final', uncertain: claim === 'uncertain', wait: retryAfterMs })
      if (fault === 'refused') return
      expect(await channel.find(message)).toEqual(happened ? expect.any(String) : undefined)
      // Whatever happened, the claim "nothing happened" is never made of a message that got there.
      if (happened) expect(claim).toBe('uncertain')
    })
  })
}
