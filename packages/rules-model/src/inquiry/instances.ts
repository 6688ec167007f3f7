import { INSTANCES, readFacts } from '../facts/facts.ts'
import { quoteFrom } from '../quote.ts'
import { list } from '../wording.ts'
import type { Answer, Asked, InquiryKind } from './question.ts'

/** "How many instances run?" */
export const instanceCount: InquiryKind = {
  id: 'instances',
  example: 'how many instances run?',
  matches: (words) =>
    /\b(?:how many|count|number of|which|list|what)\b.{0,40}\b(?:instances?|processes|replicas|backends?|servers?|nodes?|copies)\b/.test(
      words,
    ),
  questions: () => [INSTANCES],
  answer: answerInstances,
}

function answerInstances({ transcript }: Asked): Answer {
  const { instances } = readFacts([], transcript.calls)
  if (instances.kind !== 'seen')
    return { answer: `I could not see the instances${instances.kind === 'unseen' ? `: ${instances.why}` : ''}.`, evidence: [] }
  const { value, call } = instances
  const running = value.instances.filter(({ state }) => state === 'running')
  const others = value.instances.filter(({ state }) => state !== 'running').map(({ instance, state }) => `${instance} is ${state}`)
  const releases = [...new Set(running.flatMap(({ release }) => release ?? []))]
  const balancer = value.load_balancer
  const behind =
    'backends' in balancer
      ? `The load balancer sends to ${balancer.backends.length} of them.`
      : `What the load balancer sends to could not be seen: ${balancer.error.message}.`
  return {
    answer: [
      `${running.length} of ${value.instances.length} instances run${running.length > 0 ? `: ${list(running.map(({ instance }) => instance))}` : ''}.`,
      ...(others.length > 0 ? [`${list(others)}.`] : []),
      ...(releases.length > 0 ? [`Release ${list(releases)}.`] : []),
      behind,
    ].join(' '),
    evidence: value.instances.slice(0, 8).flatMap(({ instance, state }) => quoteFrom(call, instance, state) ?? []),
  }
}
