import { startStandIns } from '@oncall-lab/stand-ins/test-stand-ins'
import { describe, expect, test } from 'vitest'
import type { Tracker } from '../src/trackers/tracker.ts'
import { TrackerError } from '../src/trackers/tracker-error.ts'
import { deadAddress, startFaultProxy } from './fault-proxy.ts'
import { VENDOR_FAULTS } from './vendor-faults.ts'

/** A ticket as the agent files it. */
export const TICKET = {
  summary: 'inventory fails',
  description: 'See the incident.',
  label: 'oncall-lab-7',
  priority: 'high',
  assignee: undefined,
} as const

/** What a call throws; undefined when it does not. */
export const thrownBy = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  )

interface Subject {
  name: string
  /** The tracker at the stand-ins' address; `secret` in the place of the right one. */
  connect: (url: string, secret?: string) => Pick<Tracker, 'create' | 'findByLabel' | 'assignable' | 'assign'>
  /** Of the first ticket. */
  firstKey: string
  /** The request that creates one. */
  isCreate: (request: { method?: string | undefined; url?: string | undefined }) => boolean
  /** The statuses whose Retry-After its library keeps; all unless given. */
  keepsRetryAfterOf?: readonly number[]
}

/** What holds for the client of every tracker, against its stand-in. */
export function describeTracker({ name, connect, firstKey, isCreate, keepsRetryAfterOf }: Subject): void {
  describe(`${name}: a failed create`, () => {
    test.each(VENDOR_FAULTS)('$name is $claim', async ({ fault, claim, happened, retryAfterMs }) => {
      await using standIns = await startStandIns()
      await using proxy = await startFaultProxy(standIns.url)
      if (fault !== 'refused') proxy.behaviour.fault = (request) => (isCreate(request) ? fault : { kind: 'passes' })
      const tracker = connect(fault === 'refused' ? await deadAddress() : proxy.url)
      const error = await thrownBy(tracker.create(TICKET))
      expect(error).toBeInstanceOf(TrackerError)
      const isKept = fault !== 'refused' && fault.kind === 'answers' && (keepsRetryAfterOf?.includes(fault.status) ?? true)
      expect(error).toMatchObject({ claim, retryAfterMs: isKept ? retryAfterMs : undefined, retryable: claim !== 'final' })
      expect((error as TrackerError).message).not.toMatch(/[{}<>]/)
      if (fault === 'refused') return
      expect(proxy.posts()).toBe(happened ? 1 : 0)
      expect((await tracker.findByLabel(TICKET.label))?.key).toBe(happened ? firstKey : undefined)
    })
  })

  test.each(['findByLabel', 'assignable'] as const)(
    `${name}: an unreadable answer to %s is an error, never "nothing there"`,
    async (method) => {
      await using standIns = await startStandIns()
      await using proxy = await startFaultProxy(standIns.url)
      for (const body of ['<html>', '{}', 'null']) {
        proxy.behaviour.fault = () => ({ kind: 'answers', status: 200, body })
        expect(await thrownBy(connect(proxy.url)[method]('x'))).toBeInstanceOf(TrackerError)
      }
    },
  )

  test(`${name}: a ticket is created, found by its label, and assigned`, async () => {
    await using standIns = await startStandIns()
    const tracker = connect(standIns.url)
    expect(await tracker.findByLabel(TICKET.label)).toBeUndefined()
    const created = await tracker.create(TICKET)
    expect(created).toMatchObject({ key: firstKey, assignee: null, url: expect.stringContaining(standIns.url) })
    const [ravi] = await tracker.assignable('ravi')
    if (!ravi) throw new Error('The stand-in knows no Ravi')
    await tracker.assign(firstKey, ravi)
    expect(await tracker.findByLabel(TICKET.label)).toEqual({ ...created, assignee: 'Ravi Kumar' })
  })

  test(`${name}: a wrong secret is said, and can pass`, async () => {
    await using standIns = await startStandIns()
    const error = await thrownBy(connect(standIns.url, 'wrong').create(TICKET))
    expect(error).toMatchObject({ claim: 'retryable', slow: true, upstreamStatus: 401 })
  })
}
