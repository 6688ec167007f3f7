import type { Capabilities } from '@oncall-lab/on-call-agent/api'
import type { Mail } from '@oncall-lab/stand-ins/api'
import { callAgent } from '../agent-access.ts'
import { CliError } from '../cli-error.ts'
import { mendCluster, setNodeReports } from '../cluster/break-cluster.ts'
import { type ClusterApi, type ClusterPod, callCluster, isNodeReady, isPodReady, waitingReason } from '../cluster/cluster-api.ts'
import { commandFor } from '../command-line.ts'
import { type Customers, startCustomers } from '../demo/customers.ts'
import { waitFor } from '../demo/patience.ts'
import { giveFault } from '../fault.ts'
import type { DemoStory, StoryStage } from './demo-story.ts'
import { type FollowedIncident, followIncident, playActs } from './follow-incident.ts'
import { type KubernetesCourse, newCourse, told } from './kubernetes-chain.ts'
import { readMails, type ShopChat, shopChat } from './kubernetes-chat.ts'

const ON_CALL = 'mailto:oncall@example.com'
const RPS = 10
const FAULT_SECONDS = 600
/** A person who is asked may take longer; the drain must wait all the same. */
const WAITS_MS = 3_000

/**
 * The same fleet seen and steered through the Kubernetes API alone: a pod in CrashLoopBackOff is replaced by the agent itself (auto mode), which mails what it did; a node
 * that does not report is drained only once a person has allowed it; the chat answers "how many pods?".
 */
export const kubernetes: DemoStory = {
  name: 'kubernetes',
  about: 'a crashing pod is replaced by itself, a lost node with permission; chat, mail',
  needs: { kubernetes: true, settings: { ACTIONS_MODE: 'auto', ACTIONS_VERIFY_SECONDS: '15', ONCALL_CONTACTS: ON_CALL } },
  async play(stage) {
    await demandAuto(stage)
    await using cluster = await callCluster(stage.lab)
    await using chat = shopChat(stage.lab)
    const known = new Set((await stage.witnesses.incidents()).map(({ id }) => id))
    const find = (service: string) => async () =>
      (await stage.witnesses.incidents()).find((each) => each.service === service && !known.has(each.id))?.id ?? null
    const crash = followIncident(stage, find('inventory'))
    const node = followIncident(stage, find('kubernetes'))
    const course = newCourse(ON_CALL, stage.connectors)
    const customers = startCustomers(stage.lab, { profile: 'constant', rps: RPS, duration: FAULT_SECONDS, 'report-every': 1 })
    try {
      await playActs(stage, async () => {
        await askChat(stage, { cluster, chat, course })
        await loseProcess(stage, { cluster, crash, course })
        await loseNode(stage, { cluster, chat, crash, node, course })
      })
    } finally {
      await leave(stage, customers)
    }
    return told({ crash, node, course })
  },
}

async function leave({ lab }: StoryStage, customers: Customers): Promise<void> {
  await customers.stop()
  await mendCluster(lab).catch(() => undefined) // The lab may be going down.
}

/** @throws CliError where the lab would wait for permission, or write to a real mailbox. */
async function demandAuto({ lab }: StoryStage): Promise<void> {
  await using agent = callAgent(lab, 5_000)
  const { actions_mode, channels } = await agent.get<Capabilities>('/api/capabilities')
  const realMail = channels.some(({ id, kind }) => id === 'mail' && kind === 'real')
  if (realMail) throw new CliError('demo kubernetes reads the mailbox of the stand-in; unset SMTP_URL.')
  if (actions_mode !== 'auto')
    throw new CliError(
      `demo kubernetes shows actions without permission, and this lab asks for it. Start one so:  ACTIONS_MODE=auto ACTIONS_VERIFY_SECONDS=15 ONCALL_CONTACTS=${ON_CALL} ${commandFor(lab, 'up --detach --kubernetes')}`,
    )
}

interface Scene {
  cluster: ClusterApi
  course: KubernetesCourse
}

async function askChat({ story }: StoryStage, { cluster, chat, course }: Scene & { chat: ShopChat }): Promise<void> {
  await story.act('The chat: how many pods?')
  course.podsAtFirst = (await cluster.pods()).map(({ metadata }) => metadata.name)
  course.answer = await chat.ask('How many pods are there?')
  story.tell({ who: 'chat', what: 'How many pods are there?', detail: course.answer.split('\n') })
}

/** One pod crashes again and again; the agent replaces it by itself. */
async function loseProcess(stage: StoryStage, { cluster, crash, course }: Scene & { crash: FollowedIncident }): Promise<void> {
  const { lab, story, signal } = stage
  const wait = <T>(what: string, seconds: number, ask: () => Promise<T | null>) => waitFor(what, seconds, ask, { signal })
  await story.act('The process of one pod is killed again and again')
  course.brokenAt = new Date().toISOString()
  await giveFault(lab, { mode: 'crash', ports: [lab.book.ports.firstInstance + 1], ttl_seconds: FAULT_SECONDS }, undefined)
  const looping = await wait('a pod in CrashLoopBackOff', 40, async () => {
    const pods = await cluster.pods()
    return pods.find((pod) => waitingReason(pod) === 'CrashLoopBackOff') ?? null
  })
  course.crashed = looping.metadata
  story.tell({ who: 'kubectl', what: `${looping.metadata.name} is in CrashLoopBackOff` })
  await crash.event('action_ran', 60)
  course.after = await wait('another pod in its place', 30, async () => {
    const pods = await cluster.pods()
    return pods.length === course.podsAtFirst.length && pods.every(isPodReady) ? pods.map(uidOf) : null
  })
  story.tell({ who: 'kubectl', what: `${looping.metadata.name} is gone; ${course.after.length} pods are ready` })
}

const uidOf = ({ metadata }: ClusterPod) => metadata.uid

/** A node falls silent while the first action is still watched; its drain waits for a person. */
async function loseNode(
  stage: StoryStage,
  { cluster, chat, crash, node, course }: Scene & { chat: ShopChat; crash: FollowedIncident; node: FollowedIncident },
): Promise<void> {
  const { lab, story, signal } = stage
  const lost = (await cluster.pods())[0]?.spec.nodeName ?? ''
  await story.act(`The node ${lost} falls silent`)
  course.lost = lost
  course.silentAt = new Date().toISOString()
  await setNodeReports(lab, lost, false)
  await crash.event('action_verified', 60)
  course.mails = await waitFor('the mail about the repair', 20, () => mailAbout(stage, course.crashed.name), { signal })
  await node.event('action_proposed', 60)
  const pending = await waitFor('the proposal in GET /pending', 10, () => chat.pending('drain_node'), { signal })
  await new Promise((resolve) => setTimeout(resolve, WAITS_MS))
  course.waited = await stillWaits(cluster, chat, lost)
  story.tell({
    who: 'gateway',
    what: `GET /pending: ${pending.id} ${pending.action} waits for a person; ${lost} is ${course.waited ? 'untouched' : 'touched'}`,
  })
  await story.act('A person allows it: POST /approve')
  await chat.approve(pending.id)
  await node.event('action_ran', 40)
  course.drained = await waitFor('the pods on the other node', 30, () => drained(cluster, lost), { signal })
  story.tell({ who: 'kubectl', what: `${lost} is cordoned; its pods run elsewhere` })
}

/** The mails to the person on call once one of them tells how the repair ended. */
async function mailAbout({ lab }: StoryStage, pod: string): Promise<Mail[] | null> {
  const mails = await readMails(lab)
  return mails.some(({ text }) => text.includes(pod)) && mails.some(({ text }) => /\bhelped\b/.test(text)) ? mails : null
}

async function stillWaits(cluster: ClusterApi, chat: ShopChat, lost: string): Promise<boolean> {
  const [nodes, pods, pending] = await Promise.all([cluster.nodes(), cluster.pods(), chat.pending('drain_node')])
  const node = nodes.find(({ metadata }) => metadata.name === lost)
  return pending?.status === 'proposed' && node?.spec.unschedulable !== true && pods.some(({ spec }) => spec.nodeName === lost)
}

async function drained(cluster: ClusterApi, lost: string): Promise<true | null> {
  const [nodes, pods] = await Promise.all([cluster.nodes(), cluster.pods()])
  const node = nodes.find(({ metadata }) => metadata.name === lost)
  const isEmpty = pods.length > 0 && pods.every((pod) => pod.spec.nodeName !== lost && isPodReady(pod))
  return isEmpty && node?.spec.unschedulable === true && !isNodeReady(node) ? true : null
}
