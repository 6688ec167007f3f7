import { Type } from 'typebox'
import type { Channel, OutgoingMessage } from '../src/channels/channel.ts'
import { defineConnector } from '../src/connector.ts'
import { defineTool } from '../src/functions/tool.ts'
import type { ReceivedAlert } from '../src/incidents/received-alert.ts'
import type { Target } from '../src/targets/target.ts'
import type { Ticket, Tracker } from '../src/trackers/tracker.ts'
import type { Trigger } from '../src/triggers/trigger.ts'

const about = (id: string, name: string) => ({ id, name, kind: 'real' as const, address: null })

/** A target with a first look of its own: what docs/extending.md says it takes, in one file. */
export const queueTarget = defineConnector<Target, Record<never, never>>({
  id: 'queue',
  settings: {},
  connect() {
    const queueDepth = defineTool({
      name: 'queue_depth',
      description: 'How many jobs wait.',
      parameters: Type.Object({}),
      run: async () => ({ waiting: 7 }),
      summarise: ({ waiting }) => `${waiting} jobs wait.`,
    })
    const port: Target = {
      id: 'queue',
      sees: 'the job queue',
      covers: async ({ service }) => service === 'queue',
      firstLook: [{ name: 'queue_depth', args: {} }],
      functions: [queueDepth],
    }
    return { kind: 'on', port, about: about('queue', 'Queue') }
  },
})

/** A trigger: whoever rings names the service. */
export const bellTrigger = defineConnector<Trigger, Record<never, never>>({
  id: 'bell',
  settings: {},
  connect() {
    const port: Trigger = {
      id: 'bell',
      routes(app, { receive }) {
        app.post('/bell', { schema: { body: Type.Object({ service: Type.String({ minLength: 1 }) }) } }, async ({ body: { service } }) => {
          const [outcome] = await receive([ring(service)])
          return { incident_id: outcome?.incidentId }
        })
      },
    }
    return { kind: 'on', port, about: about('bell', 'Bell') }
  },
})

const ring = (service: string): ReceivedAlert => ({
  status: 'firing',
  source: 'bell',
  alertname: 'Bell',
  service,
  severity: 'critical',
  summary: 'somebody rang',
  fingerprint: `bell-${service}`,
  labels: {},
  annotations: {},
  generatorUrl: null,
  startsAt: new Date().toISOString(),
  endsAt: null,
})

/** A channel that keeps its messages in memory. */
export const memoryChannel = defineConnector<Channel & { sent: string[] }, Record<never, never>>({
  id: 'memory',
  settings: {},
  connect() {
    const sent: string[] = []
    const port = {
      id: 'memory',
      scheme: 'memory',
      addressForm: 'memory: and a name',
      readAddress: (text: string) => (text.startsWith('memory:') ? text : undefined),
      limit: 1_000,
      render: () => 'a page',
      send: async ({ body }: OutgoingMessage) => ({ vendorId: `m${sent.push(body)}` }),
      find: async () => undefined,
      sent,
    }
    return { kind: 'on', port, about: about('memory', 'Memory') }
  },
})

/** A tracker that keeps its tickets in memory. */
export const memoryTracker = defineConnector<Tracker, Record<never, never>>({
  id: 'memory',
  settings: {},
  connect() {
    const tickets = new Map<string, Ticket>()
    const port: Tracker = {
      id: 'memory',
      owns: (key) => key.startsWith('M-'),
      assignable: async () => [],
      findByLabel: async (label) => tickets.get(label),
      async create({ label, assignee }) {
        const ticket = { key: `M-${tickets.size + 1}`, url: 'http://127.0.0.1/', assignee: assignee?.displayName ?? null }
        tickets.set(label, ticket)
        return ticket
      },
      assign: async () => {},
      comment: async () => {},
      close: async () => {},
    }
    return { kind: 'on', port, about: about('memory', 'Memory') }
  },
})
