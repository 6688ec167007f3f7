import type { IncidentWithTimeline, Phase } from '@oncall-lab/on-call-agent/api'
import { PHASES } from '@oncall-lab/on-call-agent/api'
import { request } from 'undici'
import { CliError } from '../cli-error.ts'
import { commandFor } from '../command-line.ts'
import { eventsOf } from '../demo/evidence.ts'
import { waitFor } from '../demo/patience.ts'
import { breakHost, mendHost } from '../host-command.ts'
import type { DemoStory, StoryStage, ToldStory } from './demo-story.ts'
import { clockOf, type FollowedIncident, followIncident, link, playActs, waitForCode } from './follow-incident.ts'
import { serviceDesk } from './servicenow-desk.ts'

/** What the systems showed. */
interface Seen {
  brokenAt: string
  wasDown: boolean
  number: string
  execution: { execution_id: number; timeline: { action_type: string }[] } | null
  commands: string[]
  isUp: boolean
  record: Record<string, string> | null
}

/** A service on a machine dies, a record of ServiceNow is opened, and its business rule tells the agent, which repairs the service over SSH with permission and resolves the record. */
export const servicenow: DemoStory = {
  name: 'servicenow',
  about: 'a service on a machine dies: ServiceNow, SSH, permission, restart, resolved',
  needs: { hosts: true },
  async play(stage) {
    const seen: Seen = { brokenAt: '', wasDown: false, number: '', execution: null, commands: [], isUp: false, record: null }
    if (
      await mendHost(stage.lab).then(
        () => false,
        () => true,
      )
    )
      throw new CliError(`No machine runs in this lab. Start one:  ${commandFor(stage.lab, 'up --detach --hosts')}`)
    const followed = followIncident(stage, () => findByNumber(stage, seen))
    try {
      await playActs(stage, () => acts(stage, followed, seen))
    } finally {
      await mendHost(stage.lab).catch(() => undefined) // The lab may be going down.
    }
    return told(followed, seen)
  },
}

async function acts(stage: StoryStage, followed: FollowedIncident, seen: Seen): Promise<void> {
  const { lab, story, witnesses, signal } = stage
  const desk = serviceDesk(lab)
  await story.act('The machine: nginx on web-prod-01 is killed')
  seen.brokenAt = new Date().toISOString()
  await breakHost(lab, 'nginx')
  seen.wasDown = (await pageStatus(lab.book.url('hostWeb'))) === null
  story.tell({ who: 'machine', what: `${lab.book.url('hostWeb')}/ ${seen.wasDown ? 'does not answer' : 'still answers'}` })
  const opened = await desk.open({
    short_description: 'Web server down on web-prod-01',
    description: 'The page of web-prod-01 does not answer since a minute.',
    category: 'Software',
    impact: '1',
    urgency: '1',
    u_host: 'web-prod-01',
    u_service: 'nginx',
  })
  seen.number = opened.number ?? ''
  story.tell({ who: 'ServiceNow', what: `${seen.number} is opened (priority ${opened.priority}); its business rule posts to the gateway` })
  await followed.event('action_proposed', 60)
  const code = await waitForCode(stage, 20)
  await story.act('The person on call allows it')
  await witnesses.writeOnPhone(`approve ${code}`)
  await followed.event('action_verified', 90)
  seen.isUp = (await pageStatus(lab.book.url('hostWeb'))) === 200
  story.tell({ who: 'machine', what: `${lab.book.url('hostWeb')}/ ${seen.isUp ? 'answers 200' : 'does not answer 200'}` })
  await followed.until('the end of the incident', 40, ({ phase }) => phase === 'finalize')
  seen.record = await waitFor(
    'the resolved record',
    10,
    async () => {
      const record = await desk.read(opened.sys_id ?? '')
      return record.state === 'Resolved' ? record : null
    },
    { signal },
  )
  story.tell({ who: 'ServiceNow', what: `${seen.number} is ${seen.record.state} with "${seen.record.close_code}"` })
  const execution = `${lab.book.url('gateway')}/api/v1/incident/execution/${followed.incident()?.ref.slice(1)}`
  seen.execution = await askGateway(lab, execution)
  const { logs } = await askGateway<{ logs: { command_executed: string }[] }>(lab, `${execution}/logs`)
  seen.commands = logs.map(({ command_executed }) => command_executed)
}

async function findByNumber({ witnesses }: StoryStage, { number }: Seen): Promise<string | null> {
  if (number === '') return null
  const found = (await witnesses.incidents()).find(({ alerts }) => alerts.some(({ labels }) => labels.external_id === number))
  return found?.id ?? null
}

async function pageStatus(url: string): Promise<number | null> {
  const answer = await request(`${url}/`, { signal: AbortSignal.timeout(5_000) }).catch(() => null)
  await answer?.body.dump()
  return answer?.statusCode ?? null
}

async function askGateway<T>({ env }: StoryStage['lab'], url: string): Promise<T> {
  const headers = env.GATEWAY_TOKEN ? { authorization: `Bearer ${env.GATEWAY_TOKEN}` } : {}
  const answer = await request(url, { headers, signal: AbortSignal.timeout(10_000) })
  return (await answer.body.json()) as T // The gateway's documented form.
}

const MOMENTS = [
  ['incident opened', 'alert_firing'],
  ['diagnosis', 'diagnosis'],
  ['proposed', 'action_proposed'],
  ['approved', 'action_approved'],
  ['restarted', 'action_ran'],
  ['verified', 'action_verified'],
  ['resolved', 'incident_resolved'],
] as const

function told(followed: FollowedIncident, seen: Seen): ToldStory {
  const timeline = followed.timeline()
  const events = eventsOf
  const calls = events(timeline, 'step').flatMap(({ tool_calls }) => tool_calls.map(({ name, arguments: args }) => `${name} ${args}`))
  const diagnosis = events(timeline, 'diagnosis')[0]?.diagnosis
  const proposed = events(timeline, 'action_proposed')
  const verified = events(timeline, 'action_verified')[0]
  const entered = events(timeline, 'phase').map(({ phase }) => phase)
  const notes = seen.record?.work_notes ?? ''
  return {
    links: [
      link('service down', seen.wasDown, 'the page still answered after nginx was killed'),
      link('record opened', seen.number !== '', 'ServiceNow opened no record'),
      link('webhook', followed.incident(), `the business rule of ${seen.number} opened no incident`),
      link(
        'looked over SSH',
        calls.some((call) => call.startsWith('check_host')),
        'check_host was not called',
      ),
      link(
        'systemctl status',
        calls.some((call) => call.includes('systemctl status nginx')),
        'systemctl status nginx was not run',
      ),
      link('hypotheses', events(timeline, 'hypotheses').length > 0, 'none were noted'),
      link('diagnosis', diagnosis?.cause === 'service_down_on_host', `the cause is ${diagnosis?.cause ?? 'not known'}`),
      link('simulated', simulationOf(followed.incident()).includes('systemctl restart nginx'), 'the proposal does not say what would run'),
      link('approved by a person', events(timeline, 'action_approved')[0]?.by.startsWith('whatsapp:'), 'nobody approved it on the phone'),
      link('restarted once', proposed.length === 1 && events(timeline, 'action_ran').length === 1, 'it did not run exactly once'),
      link('HTTP 200 again', seen.isUp, 'the page does not answer 200'),
      link('verified', verified?.outcome === 'verified', `the action ended as ${verified?.outcome ?? 'nothing'}`),
      link(
        'six states',
        PHASES.every((phase: Phase) => entered.includes(phase)),
        `stored are ${entered.join(', ') || 'none'}`,
      ),
      link('execution', seen.execution?.timeline.length === PHASES.length, 'the gateway does not show six steps'),
      link(
        'commands logged',
        seen.commands.some((each) => each.includes('run_remediation')),
        'the log of the execution lacks the restart',
      ),
      link(
        'work notes',
        ['Diagnosis', 'systemctl restart nginx'].every((part) => notes.includes(part)),
        'the record lacks them',
      ),
      link('record resolved', seen.record?.state === 'Resolved' && seen.record.close_code, 'the record is not resolved with a close code'),
    ],
    after: ['', 'The clock, since the service died', ...clockOf(timeline, seen.brokenAt, MOMENTS)],
  }
}

const simulationOf = (incident: IncidentWithTimeline | null) => incident?.actions[0]?.simulation ?? ''
