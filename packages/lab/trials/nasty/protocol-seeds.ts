import type { Listener, Seed } from './seed.ts'

const MCP_HEADERS = { accept: 'application/json, text/event-stream', 'mcp-protocol-version': '2025-06-18' }
const META = { capabilities: {}, clientInfo: { name: 'trial', version: '1' } }

const MCP_CALLS: readonly [string, object][] = [
  ['initialize', { protocolVersion: '2025-06-18', ...META }],
  ['tools/list', {}],
  ['tools/call', { name: 'list_incidents', arguments: { status: 'resolved', service: 'inventory', limit: 5 } }],
  ['tools/call', { name: 'get_incident', arguments: { incident: 'I1', timeline: true } }],
  ['tools/call', { name: 'query_prometheus', arguments: { query: 'up' } }],
  ['tools/call', { name: 'get_logs', arguments: { seconds: 60, limit: 5 } }],
  [
    'tools/call',
    { name: 'propose_action', arguments: { incident: 'I1', action: 'restart_instance', arguments: { port: 1 }, reason: 'a trial' } },
  ],
  ['resources/list', {}],
  ['resources/templates/list', {}],
  ['resources/read', { uri: 'incident://I1' }],
  ['prompts/list', {}],
  ['prompts/get', { name: 'post-mortem', arguments: { incident: 'I1' } }],
  ['completion/complete', { ref: { type: 'ref/prompt', name: 'post-mortem' }, argument: { name: 'incident', value: 'I' } }],
  ['ping', {}],
  ['logging/setLevel', { level: 'debug' }],
  ['notifications/cancelled', { requestId: 1, reason: 'a trial' }],
]

const part = { text: 'What is known of I1?' }
const message = { messageId: 'm1', role: 'ROLE_USER', parts: [part], contextId: 'c1', metadata: {}, extensions: [], referenceTaskIds: [] }
const configuration = { acceptedOutputModes: ['text/plain'], returnImmediately: true, historyLength: 2 }
const A2A_CALLS: readonly [string, object][] = [
  ['SendMessage', { tenant: '', message, configuration, metadata: {} }],
  ['SendStreamingMessage', { tenant: '', message, configuration }],
  ['GetTask', { tenant: '', id: 'no-such-task', historyLength: 1 }],
  ['ListTasks', { tenant: '', contextId: 'c1', pageSize: 2, pageToken: '' }],
  ['CancelTask', { tenant: '', id: 'no-such-task' }],
  ['SubscribeToTask', { tenant: '', id: 'no-such-task' }],
  ['GetExtendedAgentCard', { tenant: '' }],
  ['CreateTaskPushNotificationConfig', { tenant: '', taskId: 'x', url: 'http://127.0.0.1:1/' }],
]
const old = { kind: 'message', messageId: 'm1', role: 'user', parts: [{ kind: 'text', text: 'What is known of I1?' }] }
const OLD_CALLS: readonly [string, object][] = [
  ['message/send', { message: old, configuration: { blocking: false, acceptedOutputModes: ['text/plain'] } }],
  ['message/stream', { message: old }],
  ['tasks/get', { id: 'no-such-task', historyLength: 1 }],
  ['tasks/cancel', { id: 'no-such-task' }],
  ['tasks/resubscribe', { id: 'no-such-task' }],
  ['tasks/pushNotificationConfig/set', { taskId: 'x', pushNotificationConfig: { url: 'http://127.0.0.1:1/' } }],
]

/** What the gateway takes as JSON-RPC: A2A in both versions, and MCP. */
export function protocolSeeds(listener: Listener): Seed[] {
  const call =
    (path: string, headers: Record<string, string>) =>
    ([method, params]: readonly [string, object]): Seed => ({
      listener,
      method: 'POST',
      path,
      headers,
      body: { jsonrpc: '2.0', id: 7, method, params },
      streams: /stream|subscribe/i.test(method),
    })
  return [
    ...MCP_CALLS.map(call('/mcp', MCP_HEADERS)),
    { listener, method: 'GET', path: '/mcp', headers: MCP_HEADERS, streams: true },
    { listener, method: 'DELETE', path: '/mcp', headers: { ...MCP_HEADERS, 'mcp-session-id': 'x' } },
    ...A2A_CALLS.map(call('/a2a', { 'a2a-version': '1.0' })),
    ...OLD_CALLS.map(call('/a2a/k8s_agent', { 'a2a-version': '0.3' })),
  ]
}
