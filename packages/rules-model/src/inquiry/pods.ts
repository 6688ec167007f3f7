import { GetPodsResult, isPodReady, type ListedPod } from '@oncall-lab/on-call-agent/cluster-functions'
import { GET_PODS } from '../facts/cluster.ts'
import { readResult } from '../facts/facts.ts'
import type { Question } from '../facts/metric-queries.ts'
import { quoteFrom } from '../quote.ts'
import { excerpt, list } from '../wording.ts'
import { instanceCount } from './instances.ts'
import type { Answer, Asked, InquiryKind } from './question.ts'

/** "How many pods run?", "any problem pods?", "what about namespace shop?", "list namespaces". Where there is no cluster, instances stand for pods. */
export const pods: InquiryKind = {
  id: 'pods',
  example: 'any problem pods?',
  matches: (words) => /\b(?:pods?|namespaces?)\b/.test(words),
  questions: (asked) => (hasCluster(asked) ? [askPods(asked)] : instanceCount.questions(asked)),
  answer: (asked) => (hasCluster(asked) ? answerPods(asked) : instanceCount.answer(asked)),
}

const hasCluster = ({ tools }: Asked) => tools.includes(GET_PODS.tool)

/** `namespace shop`, `the shop namespace`, `in the namespace "shop"`; `of the namespace` names none. */
function namespaceIn(words: string): string | undefined {
  const after = /\bnamespace\s+(?:called\s+|named\s+)?["'`]?([a-z0-9][-a-z0-9]*)/.exec(words)?.[1]
  const before = /\b(?:the|in|about|of)\s+["'`]?([a-z0-9][-a-z0-9]*)["'`]?\s+namespace\b/.exec(words)?.[1]
  return [after, before].find((name) => name !== undefined && !/^(?:the|a|this|that|any|is|has|list|and|in|of|what|which)$/.test(name))
}

function askPods({ words }: Asked): Question {
  const namespace = namespaceIn(words)
  return namespace === undefined ? GET_PODS : { ...GET_PODS, args: { namespace } }
}

function answerPods(asked: Asked): Answer {
  const reading = readResult(GetPodsResult, asked.transcript.calls, askPods(asked))
  if (reading.kind !== 'seen')
    return { answer: `I could not see the pods${reading.kind === 'unseen' ? `: ${reading.why}` : ''}.`, evidence: [] }
  const { namespace, namespaces, pods: all, count } = reading.value
  if (/\b(?:list|which|what|how many)\b.{0,20}\bnamespaces\b/.test(asked.words))
    return { answer: `I may look at ${list(namespaces)}.`, evidence: [quoteFrom(reading.call, '"namespaces":[') ?? []].flat() }
  const bad = all.filter((pod) => !isPodReady(pod))
  const [worst] = bad
  return {
    answer: [
      `${count} ${count === 1 ? 'pod' : 'pods'} in ${namespace}, ${all.length - bad.length} ready${count > all.length ? ` of the ${all.length} that I was shown` : ''}.`,
      ...bad.map((pod) => `- ${pod.name} is not ready: ${whyNot(pod)}.`),
      ...(bad.length === 0 && all.length > 0
        ? [`${count > all.length ? 'None of these is' : 'No pod is'} in trouble: ${list(all.map(({ name }) => name))}.`]
        : []),
    ].join('\n'),
    evidence: [
      quoteFrom(reading.call, `"count":${count}`) ?? [],
      worst ? (quoteFrom(reading.call, `"name":"${worst.name}"`) ?? []) : [],
    ].flat(),
  }
}

function whyNot({ phase, why, reason, containers }: ListedPod): string {
  const waiting = containers.find((each) => each.waiting)?.waiting
  const end = containers.find((each) => each.last_end)?.last_end
  const said = [
    waiting?.reason ?? reason ?? phase,
    why ?? waiting?.message,
    end && `its container ended with ${end.exitCode}${end.reason ? ` (${end.reason})` : ''}`,
  ]
  return excerpt(said.filter(Boolean).join(', '), 200)
}
