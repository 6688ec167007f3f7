import type { ConnectorFacts } from '@oncall-lab/on-call-agent/api'
import type { Mail } from '@oncall-lab/stand-ins/api'
import { eventsOf } from '../demo/evidence.ts'
import type { ToldStory } from './demo-story.ts'
import { clockOf, type FollowedIncident, link } from './follow-incident.ts'

/** What the systems showed while the story of the cluster was played. */
export interface KubernetesCourse {
  /** Who is mailed, as a contact. */
  onCall: string
  /** The agent does not ask the process manager. */
  fleetIsOff: boolean
  podsAtFirst: string[]
  /** What the chat said of them. */
  answer: string
  brokenAt: string
  crashed: { name: string; uid: string }
  /** The uids of the pods after the repair. */
  after: string[]
  mails: Mail[]
  silentAt: string
  lost: string
  /** The drain had not begun some seconds after it was proposed. */
  waited: boolean
  drained: boolean
}

/** Before anything has happened. */
export function newCourse(onCall: string, connectors: ConnectorFacts[]): KubernetesCourse {
  const fleetIsOff = connectors.some(({ id, kind }) => id === 'fleet' && kind === 'off')
  const times = { brokenAt: new Date().toISOString(), silentAt: new Date().toISOString() }
  const nothing = { podsAtFirst: [], answer: '', crashed: { name: 'no pod', uid: '' }, after: [], mails: [], lost: 'no node' }
  return { onCall, fleetIsOff, ...nothing, ...times, waited: false, drained: false }
}

const OF_CRASH = [
  ['alert', 'alert_firing'],
  ['diagnosis', 'diagnosis'],
  ['allowed by itself', 'action_approved'],
  ['pod replaced', 'action_ran'],
  ['verified', 'action_verified'],
] as const
const OF_NODE = [
  ['alert', 'alert_firing'],
  ['diagnosis', 'diagnosis'],
  ['drain proposed', 'action_proposed'],
  ['allowed by a person', 'action_approved'],
  ['drained', 'action_ran'],
] as const

/** Judges each link by what was seen, in the order in which they happen. */
export function told({ crash, node, course }: { crash: FollowedIncident; node: FollowedIncident; course: KubernetesCourse }): ToldStory {
  return {
    links: [...crashLinks(crash, course), ...nodeLinks(node, course)],
    after: [
      '',
      'The clock, since the first crash',
      ...clockOf(crash.timeline(), course.brokenAt, OF_CRASH),
      '',
      'The clock, since the node fell silent',
      ...clockOf(node.timeline(), course.silentAt, OF_NODE),
    ],
  }
}

function crashLinks(crash: FollowedIncident, course: KubernetesCourse) {
  const timeline = crash.timeline()
  const calls = eventsOf(timeline, 'step').flatMap(({ tool_calls }) => tool_calls.map(({ name }) => name))
  const alerts = crash.incident()?.alerts.map(({ alertname }) => alertname) ?? []
  const diagnosis = eventsOf(timeline, 'diagnosis').at(-1)?.diagnosis
  const [approved] = eventsOf(timeline, 'action_approved')
  const ran = eventsOf(timeline, 'action_ran')
  const verified = eventsOf(timeline, 'action_verified')[0]
  const { crashed, podsAtFirst, answer, after, onCall } = course
  const mailed = course.mails.filter(({ to }) => to.includes(onCall.replace('mailto:', '')))
  return [
    link(
      'chat counts the pods',
      answer.includes(`${podsAtFirst.length} pods`) && podsAtFirst.every((pod) => answer.includes(pod)),
      `it said "${answer}"`,
    ),
    link('CrashLoopBackOff', crashed.uid !== '', 'no pod was seen in it'),
    link('alert', alerts.includes('PodCrashLoopBackOff'), `the alerts are ${alerts.join(', ') || 'none'}`),
    link('seen by the API alone', course.fleetIsOff && calls.includes('get_pods'), `the model called ${calls.join(', ') || 'nothing'}`),
    link(
      'diagnosis',
      diagnosis?.cause === 'crash_loop' && diagnosis.confidence >= 0.8,
      `it is ${diagnosis?.cause ?? 'missing'} (${diagnosis?.confidence})`,
    ),
    link(
      'allowed by itself',
      approved?.action === 'delete_pod' && approved.by === 'auto',
      `${approved?.action ?? 'nothing'} was allowed by ${approved?.by ?? 'nobody'}`,
    ),
    link('replaced once', ran.length === 1, `it ran ${ran.length} times`),
    link(
      'the pod runs',
      after.length === podsAtFirst.length && !after.includes(crashed.uid),
      `${after.length} pods are ready, the crashed one among them or not`,
    ),
    link('verified', verified?.outcome === 'verified', `the action ended as ${verified?.outcome ?? 'nothing'}`),
    link(
      'mail',
      mailed.some(({ text }) => text.includes(crashed.name)),
      `${mailed.length} mails, and none tells of ${crashed.name}`,
    ),
  ]
}

function nodeLinks(node: FollowedIncident, course: KubernetesCourse) {
  const timeline = node.timeline()
  const diagnosis = eventsOf(timeline, 'diagnosis').at(-1)?.diagnosis
  const [proposed] = eventsOf(timeline, 'action_proposed')
  const [approved] = eventsOf(timeline, 'action_approved')
  const ran = eventsOf(timeline, 'action_ran')
  const { lost, waited, drained } = course
  const alerts = node.incident()?.alerts.map(({ alertname }) => alertname) ?? []
  return [
    link('NodeNotReady', alerts.includes('NodeNotReady'), `the alerts are ${alerts.join(', ') || 'none'}`),
    link(
      'its diagnosis',
      diagnosis?.status === 'diagnosed' && diagnosis.root_cause.includes(lost),
      `it says "${diagnosis?.root_cause ?? 'nothing'}"`,
    ),
    link('drain proposed', proposed?.action === 'drain_node', `the agent proposed ${proposed?.action ?? 'nothing'}`),
    link('drain waited', waited, `${lost} was drained, or the proposal was gone, before anybody had allowed it`),
    link('allowed by a person', approved?.by.startsWith('gateway'), `it was allowed by ${approved?.by ?? 'nobody'}`),
    link('drained once', ran.length === 1 && drained, `it ran ${ran.length} times; the pods ${drained ? 'left' : 'did not leave'} ${lost}`),
  ]
}
