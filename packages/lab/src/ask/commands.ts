import type { AgentList } from '@oncall-lab/gateway/api'
import type { Action, ActionList, IncidentList, IncidentWithTimeline } from '@oncall-lab/on-call-agent/api'
import type { HttpClient } from '@oncall-lab/service-kit/http-client'
import type { Static } from 'typebox'

/** What a session knows from line to line. */
export interface Conversation {
  /** Whom the next question goes to. */
  asks: string
  asked: { to: string; question: string; answer: string }[]
}

interface CommandParts {
  agents: () => Promise<Static<typeof AgentList>>
  /** The agent's API. */
  agent: HttpClient
  conversation: Conversation
  say: (line: string) => void
}

/** One command of a session. */
export interface SessionCommand {
  usage: string
  about: string
  /** @throws in the words of whoever refuses. */
  run(args: string[]): Promise<void>
}

const NEWEST = 10
export const ORCHESTRATOR = 'orchestrator'
const ACTION = /^a\d{1,15}$/i
const part = encodeURIComponent

/** The commands of a session, by their names. */
export function sessionCommands(parts: CommandParts): Record<string, SessionCommand> {
  const commands: Record<string, SessionCommand> = {
    agent: { usage: '/agent [name]', about: 'whom to ask from now on; without a name, who there is', run: ([name]) => choose(parts, name) },
    incidents: { usage: '/incidents [ref]', about: 'the newest incidents, or one of them', run: ([ref]) => tellIncidents(parts, ref) },
    approve: {
      usage: '/approve [action] [code]',
      about: 'lets an action run; without one, what waits',
      run: ([id, code]) => decide(parts, 'approve', id, code === undefined ? {} : { code }),
    },
    deny: {
      usage: '/deny [action] [reason]',
      about: 'lets an action not run; without one, what waits',
      run: ([id, ...words]) => decide(parts, 'deny', id, words.length === 0 ? {} : { reason: words.join(' ') }),
    },
    history: { usage: '/history', about: 'what was asked in this session, and of whom', run: async () => tellHistory(parts) },
    help: {
      usage: '/help',
      about: 'this list; /quit or Ctrl-D ends',
      async run() {
        for (const { usage, about } of Object.values(commands)) parts.say(`${usage.padEnd(26)} ${about}`)
      },
    },
  }
  return commands
}

async function choose({ agents, conversation, say }: CommandParts, name: string | undefined): Promise<void> {
  const all = [{ name: ORCHESTRATOR, description: 'All that the agent can see, and agents elsewhere.' }, ...(await agents())]
  if (name === undefined) {
    for (const each of all) say(`${each.name === conversation.asks ? '>' : ' '} ${each.name}: ${each.description}`)
    return
  }
  const found = all.find((each) => each.name === name)
  if (!found) throw new Error(`There is no agent ${JSON.stringify(name)}; there are ${all.map((each) => each.name).join(', ')}.`)
  conversation.asks = found.name
  say(`From now on you ask ${found.name}.`)
}

async function tellIncidents({ agent, say }: CommandParts, ref: string | undefined): Promise<void> {
  if (ref !== undefined) {
    for (const line of describeIncident(await agent.get<IncidentWithTimeline>(`/api/incidents/${part(ref)}`))) say(line)
    return
  }
  const { incidents } = await agent.get<IncidentList>(`/api/incidents?limit=${NEWEST}`)
  for (const each of incidents)
    say(
      `${each.ref}  ${each.status}, ${each.severity}, ${each.service}: ${firstSentence(each.diagnosis?.root_cause ?? 'no diagnosis yet')}`,
    )
  if (incidents.length === 0) say('There is no incident.')
}

/** A list has a line for each; the whole is a command away. */
const firstSentence = (text: string) => text.split(/(?<=[.!?])\s/, 1)[0] ?? ''

async function decide({ agent, say }: CommandParts, what: 'approve' | 'deny', id: string | undefined, body: object): Promise<void> {
  if (id !== undefined) {
    if (!ACTION.test(id))
      throw new Error(
        `${JSON.stringify(id)} names no action; they are called A1, A2 and so on. /${what} lists those that wait; a code comes after the name.`,
      )
    const action = await agent.post<Action>(`/api/actions/${part(id)}/${what}`, body)
    return say(`${action.id} is ${action.status}: ${action.says}`)
  }
  const { actions } = await agent.get<ActionList>('/api/actions?status=proposed')
  for (const action of actions) say(`${action.id}  ${action.level}: ${action.says} (${action.reason})`)
  if (actions.length === 0) say('No action waits for a person.')
}

function tellHistory({ conversation: { asked }, say }: CommandParts): void {
  for (const [i, { to, question, answer }] of asked.entries()) say(`${i + 1}. ${question}  (${to})\n   ${answer}`)
  if (asked.length === 0) say('Nothing was asked yet.')
}

function describeIncident({ ref, status, severity, service, opened_at, diagnosis, actions }: IncidentWithTimeline): string[] {
  return [
    `${ref}: ${service}, ${severity}, ${status}, opened ${opened_at}`,
    diagnosis ? `cause (confidence ${diagnosis.confidence}): ${diagnosis.root_cause}` : 'no diagnosis yet',
    ...(diagnosis?.evidence ?? []).map(({ quote }) => `  “${quote}”`),
    ...(diagnosis?.next_steps ?? []).map((step) => `next: ${step}`),
    ...actions.map(({ id, status: state, says }) => `action ${id} (${state}): ${says}`),
  ]
}
