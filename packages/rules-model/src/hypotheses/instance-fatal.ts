import { recentDeaths } from '../facts/deaths.ts'
import { explainExit, stepsAfterExit } from '../facts/exit-story.ts'
import { type Facts, INSTANCES } from '../facts/facts.ts'
import { memberOf, quoteFrom } from '../quote.ts'
import { clock, duration, excerpt, list, sentence } from '../wording.ts'
import type { Assessment, Ease, Hypothesis } from './hypothesis.ts'

/** Processes that ended so often that their supervisor no longer starts them. */
export const instanceFatal: Hypothesis = {
  id: 'instance_fatal',
  name: 'Instances that the process manager has given up on after too many exits',
  explains: ['availability', 'errors'],
  questions: (facts) => (facts.symptoms.has('availability') ? [INSTANCES] : []),
  assess,
  conclude: (facts) => {
    const given = givenUp(facts)
    const ports = given.map(({ port }) => port)
    return {
      rootCause: rootCause(facts),
      component: `${facts.service} (processes)`,
      instances: given.map(({ instance }) => instance),
      routes: [],
      nextSteps: [
        ...stepsAfterExit(facts, deathOf(facts), clock),
        `Once the reason is gone, start ${given.length === 1 ? 'it' : 'them'} again: POST /start on the process manager with {"port": ${ports[0] ?? '…'}}${ports.length > 1 ? ' and so on' : ''}. Nobody else will.`,
        'Compare the first exit with the last release and roll back if they meet.',
        `Until then the other instances of ${facts.service} carry the load; start one more elsewhere if they cannot.`,
      ],
      suggestedFix: undefined,
      place: undefined,
    }
  },
  hasEased,
}

function givenUp({ instances }: Facts) {
  return instances.kind === 'seen' ? instances.value.instances.filter(({ state }) => state === 'fatal') : []
}

function deathOf(facts: Facts) {
  const names = givenUp(facts).map(({ instance }) => instance)
  return recentDeaths(facts).find(({ instance }) => names.includes(instance))
}

function assess(facts: Facts): Assessment {
  const assessment: Assessment = { for: [], against: [], unseen: [] }
  const { instances } = facts
  if (instances.kind !== 'seen') return assessment
  const given = givenUp(facts)
  const [first] = given
  if (!first) {
    const [any] = instances.value.instances
    if (any)
      assessment.against.push({
        source: 'instances',
        weight: 0.8,
        says: 'no instance is given up',
        quote: quoteFrom(instances.call, ...memberOf('state', any.state)),
      })
    return assessment
  }
  assessment.for.push({
    source: 'instances',
    weight: 0.75,
    says: `${list(given.map(({ instance }) => instance))} is in fatal${first.reason ? ` ("${excerpt(first.reason, 120)}")` : ''}`,
    quote: quoteFrom(instances.call, ...(first.reason ? memberOf('reason', first.reason) : []), ...memberOf('state', 'fatal')),
  })
  const ended = (first.exits ?? []).filter(({ expected }) => !expected)
  const [newest] = ended.slice(-1)
  if (newest)
    assessment.for.push({
      source: 'restarts',
      weight: 0.5,
      says: `its last exits (${sayExits(ended)}) were asked for by nobody`,
      quote: quoteFrom(instances.call, JSON.stringify(newest), ...memberOf('signal', newest.signal), ...memberOf('code', newest.code)),
    })
  return assessment
}

function sayExits(exits: { code: number | null; signal: string | null; uptime_seconds: number }[]): string {
  const how = (code: number | null, signal: string | null) => signal ?? (code === null ? 'it could not be started' : `code ${code}`)
  return list(exits.slice(-3).map(({ code, signal, uptime_seconds }) => `${how(code, signal)} after ${duration(uptime_seconds)}`))
}

function rootCause(facts: Facts): string {
  const given = givenUp(facts)
  const [first] = given
  const death = deathOf(facts)
  const running = facts.instances.kind === 'seen' ? facts.instances.value.instances.filter(({ state }) => state === 'running') : []
  const exits = (first?.exits ?? []).filter(({ expected }) => !expected)
  return [
    `The process manager has given up on ${list(given.map(({ instance }) => instance))} of ${facts.service}${first?.reason ? `: ${excerpt(first.reason, 160).replace(/\.$/, '')}` : ''}.`,
    ...(exits.length > 0 ? [sentence(`the last exits: ${sayExits(exits)}`)] : []),
    ...(death ? [explainExit(facts, death)] : []),
    running.length > 0
      ? `${list(running.map(({ instance }) => instance))} ${running.length === 1 ? 'runs' : 'run'} on.`
      : 'No instance is left.',
    'It stays away until somebody starts it.',
  ].join(' ')
}

function hasEased(facts: Facts): Ease {
  const given = givenUp(facts)
  return given.length > 0
    ? { kind: 'no', says: `${list(given.map(({ instance }) => instance))} is given up and stays away` }
    : { kind: 'unknown', says: 'no instance is given up' }
}
