import type { ListedPod } from '@oncall-lab/on-call-agent/cluster-functions'
import { alertedNodes, alertedPods, GET_EVENTS, GET_NODES, GET_PODS, lostNode, podWarnings, refusedPods } from '../facts/cluster.ts'
import { canBelong } from '../facts/deaths.ts'
import type { Facts } from '../facts/facts.ts'
import { memberOf, quoteFrom } from '../quote.ts'
import { excerpt } from '../wording.ts'
import { defineSignal, EMPTY, seen, unread } from './signal.ts'

const WITHOUT_IMAGE = /^(?:ImagePullBackOff|ErrImagePull|InvalidImageName|ErrImageNeverPull)$/

/** Why a pod of the service does not run. */
export const podWaiting = defineSignal({
  about: 'the pods',
  source: 'pods',
  levels: ['image', 'no_room', 'evicted_disk', 'evicted', 'crash_loop', 'none'],
  abnormal: ['image', 'no_room', 'evicted_disk', 'evicted', 'crash_loop'],
  needsAll: ['none'],
  questions: () => [GET_PODS],
  read: (facts) => {
    const reading = alertedPods(facts)
    if (reading.kind !== 'seen') return unread(reading) ?? EMPTY
    const { call, value } = reading
    const image = waitingFor(value, WITHOUT_IMAGE)
    if (image)
      return seen('image', `the image ${image.image} of pod ${image.pod} cannot be pulled (${image.reason})`, {
        quote: quoteFrom(call, `"image":"${image.image}"`, ...memberOf('reason', image.reason)),
        text: image.image,
      })
    const unplaced = value.find(({ phase, node }) => phase === 'Pending' && node === null)
    if (unplaced)
      return seen('no_room', `pod ${unplaced.name} is on no node${unplaced.why ? ` ("${excerpt(unplaced.why, 120)}")` : ''}`, {
        quote: quoteFrom(call, ...(unplaced.why ? memberOf('why', unplaced.why) : []), ...memberOf('phase', 'Pending')),
        text: unplaced.name,
      })
    const evicted = value.find(({ reason, phase }) => reason === 'Evicted' && phase === 'Failed')
    if (evicted)
      return seen(
        /ephemeral-storage|disk|inode/i.test(evicted.why ?? '') ? 'evicted_disk' : 'evicted',
        `its node has put pod ${evicted.name} out${evicted.why ? ` ("${excerpt(evicted.why, 120)}")` : ''}`,
        {
          quote: quoteFrom(call, ...(evicted.why ? memberOf('why', evicted.why) : []), ...memberOf('reason', 'Evicted')),
          text: evicted.node ?? evicted.name,
        },
      )
    const looping = waitingFor(value, /^CrashLoopBackOff$/)
    if (looping)
      return seen('crash_loop', `the container of pod ${looping.pod} waits to be restarted once more (${looping.reason})`, {
        quote: quoteFrom(call, ...memberOf('reason', looping.reason)),
        text: looping.pod,
      })
    return seen('none', 'no pod waits for anything', { quote: quoteFrom(call, ...memberOf('phase', 'Running')) })
  },
})

function waitingFor(pods: ListedPod[], reasons: RegExp): { pod: string; image: string; reason: string } | undefined {
  for (const { name, containers } of pods)
    for (const { image, waiting } of containers)
      if (waiting?.reason !== undefined && reasons.test(waiting.reason)) return { pod: name, image, reason: waiting.reason }
  return undefined
}

/** One without a time may be. */
function isOfThis({ finishedAt = '' }: NonNullable<ListedPod['containers'][number]['last_end']>, facts: Facts): boolean {
  const at = Date.parse(finishedAt)
  return Number.isNaN(at) || canBelong(at, facts)
}

/** Whether a container was ended for exceeding its memory limit. A pod keeps how its container ended until it ends once more, so an old end says nothing. */
export const podEnd = defineSignal({
  about: 'how the containers ended',
  source: 'limit',
  levels: ['oom_killed', 'otherwise'],
  abnormal: ['oom_killed'],
  questions: () => [GET_PODS],
  read: (facts) => {
    const reading = alertedPods(facts)
    if (reading.kind !== 'seen') return unread(reading) ?? EMPTY
    const ends = reading.value.flatMap(({ name, containers }) =>
      containers.flatMap(({ last_end }) => (last_end && isOfThis(last_end, facts) ? [{ name, ...last_end }] : [])),
    )
    const killed = ends.find(({ reason }) => reason === 'OOMKilled')
    if (killed)
      return seen('oom_killed', `the container of pod ${killed.name} exceeded its memory limit and was killed (OOMKilled)`, {
        quote: quoteFrom(reading.call, ...memberOf('reason', 'OOMKilled')),
        text: killed.name,
      })
    const [other] = ends
    if (!other) return EMPTY
    return seen('otherwise', `the container of pod ${other.name} ended with ${other.exitCode}`, {
      quote: quoteFrom(reading.call, ...memberOf('exitCode', other.exitCode)),
    })
  },
})

/** Whether the nodes report. */
export const nodes = defineSignal({
  about: 'the nodes',
  source: 'nodes',
  levels: ['not_ready', 'all_ready'],
  abnormal: ['not_ready'],
  needsAll: ['all_ready'],
  questions: () => [GET_NODES],
  read: (facts) => {
    const reading = alertedNodes(facts)
    if (reading.kind !== 'seen') return unread(reading) ?? EMPTY
    const lost = lostNode(facts)
    if (!lost) return seen('all_ready', 'every node reports', { quote: quoteFrom(reading.call, ...memberOf('ready', 'True')) })
    const why = lost.message ?? lost.reason
    return seen('not_ready', `node ${lost.name} is not ready${why ? ` ("${excerpt(why, 120)}")` : ''}`, {
      quote: quoteFrom(reading.call, ...(lost.message ? memberOf('message', lost.message) : []), ...memberOf('ready', lost.ready)),
      text: lost.name,
    })
  },
})

/** Pods that a controller may not create. */
export const podRefused = defineSignal({
  about: 'the pods that could not be created',
  source: 'quota',
  levels: ['quota', 'other', 'none'],
  abnormal: ['quota', 'other'],
  needsAll: ['none'],
  questions: () => [GET_EVENTS],
  read: (facts) => {
    const reading = refusedPods(facts)
    if (reading.kind !== 'seen') return unread(reading) ?? EMPTY
    const [refused] = reading.value
    if (!refused) return seen('none', 'no pod was refused', { quote: quoteFrom(reading.call, '"events":[') })
    return seen(
      /exceeded quota/.test(refused.message) ? 'quota' : 'other',
      `${refused.object} may create no pod: "${excerpt(refused.message, 200)}"`,
      {
        quote: quoteFrom(reading.call, ...memberOf('message', refused.message)),
        text: refused.message,
      },
    )
  },
})

/** What the kubelet's probes say. */
export const probes = defineSignal({
  about: 'the probes of the pods',
  source: 'probes',
  levels: ['liveness', 'readiness', 'none'],
  abnormal: ['liveness', 'readiness'],
  needsAll: ['none'],
  questions: () => [GET_EVENTS],
  read: (facts) => {
    const reading = podWarnings(facts)
    if (reading.kind !== 'seen') return unread(reading) ?? EMPTY
    const failed = reading.value.find(({ reason }) => reason === 'Unhealthy')
    if (!failed) return seen('none', 'no probe of a pod has failed', { quote: quoteFrom(reading.call, '"events":[') })
    const level = /^Liveness/i.test(failed.message) ? 'liveness' : 'readiness'
    return seen(level, `the kubelet says of ${failed.object}: "${excerpt(failed.message, 120)}"`, {
      quote: quoteFrom(reading.call, ...memberOf('message', failed.message)),
    })
  },
})
