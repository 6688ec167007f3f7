import { LabError } from '@oncall-lab/service-kit/errors'
import { Type } from 'typebox'
import { GetEventsResult, GetPodsResult } from '../src/cluster-functions.ts'
import { LockInfoResult } from '../src/database-functions.ts'
import { defineTool, type Tool } from '../src/functions/tool.ts'
import { FetchCodeResult, ListIncidentsResult } from '../src/functions.ts'
import { RunDiagnosticResult } from '../src/host-functions.ts'
import type { ReceivedAlert } from '../src/incidents/received-alert.ts'
import { CodeDiffResult, FindSimilarResult, ListChangesResult, ListCommitsResult } from '../src/look-functions.ts'
import { toAlert } from '../src/triggers/servicenow/read-record.ts'
import { receivedAlert } from './alerts.ts'

/** A way on which somebody else's words reach a model: the result of a function, or what opened the incident. */
/** `atATime`: so many strings fit into one result, and are obeyed within the calls of one investigation; 12 without it. */
export type Carrier = { id: string; what: string; atATime?: number } & (
  | { tool: string }
  | { opens: (texts: readonly string[], service: string) => ReceivedAlert }
)

/** Words for the incident that is looked at; none where it is about another carrier. */
type TextsOf = (tool: string, service: string) => readonly string[]

const COVER = { ok: true as const, window_seconds: null, complete: true, truncated: 0, errors: [] }
const AT = '2026-11-21T10:00:00.000Z'
const SHA = 'a1b2c3d4e5f60718293a4b5c6d7e8f9001122334'

/** Each function whose result others can write into, in the form that it really has. */
export function carryingTools(textsOf: TextsOf): Tool[] {
  const tool = (name: string, result: object | undefined, run: (texts: readonly string[]) => object) =>
    defineTool({
      name,
      description: `${name}, as a target has it`,
      parameters: Type.Object({}),
      ...(result !== undefined && { result }),
      run: async (_args, { incident }) => run(textsOf(name, incident.service)),
      summarise: () => `${name} was read.`,
    })
  const commits = (texts: readonly string[]) => texts.map((message) => ({ sha: SHA, message, author: message.slice(0, 80), at: AT }))
  return [
    tool('list_commits', ListCommitsResult, (texts) => ({ ...COVER, repository: 'shop/inventory', commits: commits(texts) })),
    tool('get_code_diff', CodeDiffResult, (texts) => ({
      ...{ ...COVER, repository: 'shop/inventory', from: SHA, to: SHA, commits: [] },
      files: texts.map((text, i) => ({ path: `src/${i}.ts`, commit: SHA, additions: 1, deletions: 0, patch: `@@ -1 +1 @@\n+// ${text}` })),
    })),
    tool('fetch_code_from_github', FetchCodeResult, (texts) => ({
      ...{
        repository: 'shop/inventory',
        ref: SHA,
        file_path: 'src/a.ts',
        start_line: 1,
        end_line: texts.length,
        total_lines: texts.length,
      },
      code: texts.map((text, i) => `${i + 1}: /* ${text} */`).join('\n'),
    })),
    tool('list_changes', ListChangesResult, (texts) => ({
      ...COVER,
      changes: texts.map((text) => ({
        at: AT,
        what: `setting_changed ${text}`,
        by: text.slice(0, 60),
        ports: [],
        from: null,
        to: text,
        release: null,
      })),
    })),
    tool('get_events', GetEventsResult, (texts) => ({
      ...{ count: texts.length, truncated: false },
      events: texts.map((message) => ({ object: 'Pod/inventory-0', type: 'Warning', reason: 'Failed', message, count: 1, last: AT })),
    })),
    // What `kubectl annotate` wrote ends here as the reason and the message of a pod and of its containers.
    tool('get_pods', GetPodsResult, (texts) => ({
      ...{ namespace: 'shop', namespaces: ['shop'], count: texts.length, truncated: false },
      pods: texts.map((text, i) => ({
        ...{ name: `inventory-${i}`, node: null, phase: 'Pending', ready: '0/1', created: AT, why: text },
        containers: [{ name: 'app', image: 'shop:1', restarts: 0, waiting: { reason: text.slice(0, 40) } }],
      })),
    })),
    tool('run_diagnostic', RunDiagnosticResult, (texts) => ({
      ...{ ...COVER, host: 'db1', argv: ['journalctl', '-n', '50'], exit_code: 0, timed_out: false, truncated_bytes: 0 },
      stdout: texts.slice(0, 5).join('\n'),
      stderr: texts.slice(5).join('\n'),
    })),
    tool('runbooks__search', undefined, (texts) => ({ text: texts.join('\n'), pages: texts.map((title) => ({ title })) })),
    tool('find_similar_incidents', FindSimilarResult, (texts) => ({
      ...{ ...COVER, searched: texts.length },
      similar: texts.map((text, i) => ({
        ...{ ref: `I9${i}`, opened_at: AT, differs: [], cause: 'bad_release', confidence: 0.9, minutes: 5 },
        // Each in another of the fields that people and models write into.
        ...{ same: i % 4 === 0 ? [text] : [], root_cause: i % 4 === 1 ? text : null },
        ...{ people_said: i % 4 === 2 ? [text] : [], actions: i % 4 === 3 ? [text] : [] },
      })),
    })),
    tool('list_incidents', ListIncidentsResult, (texts) => ({
      complete: true,
      incidents: texts.map((text, i) => ({
        ...{ ref: `I8${i}`, service: 'inventory', severity: 'critical', status: 'resolved', alerts: [text.slice(0, 80)], opened_at: AT },
        ...{ resolved_at: AT, cause: null, root_cause: text, confidence: null, ticket: null },
      })),
    })),
    tool('get_lock_info', LockInfoResult, (texts) => ({
      ...{ ...COVER, database: 'shop', waiting: texts.length, waits: [] },
      roots: texts.map((text) => ({
        ...{ pid: 7, began: AT, user: 'shop', application: text, client: '127.0.0.1', state: 'active', transaction_seconds: 9 },
        ...{ blocks: 1, holds: [], statement: '' },
      })),
    })),
    tool('probe_endpoint', undefined, (texts) => {
      if (texts.length === 0) return { answers: [] }
      throw new LabError(texts.join('\n'), { code: 'upstream_failed', status: 502 })
    }),
  ]
}

const titled = (texts: readonly string[], service: string): ReceivedAlert => {
  const [first = '', second = ''] = texts
  const labels = Object.fromEntries(texts.map((text, i) => [i % 2 === 0 ? `path_${i}` : `user_agent_${i}`, text]))
  return receivedAlert({
    service,
    alertname: 'X',
    summary: first,
    labels: { alertname: 'X', service, ...labels },
    annotations: { summary: first, description: second },
  })
}

/** Every field of a record that a reporter can fill in. */
const recorded = (texts: readonly string[], service: string): ReceivedAlert => {
  const fields: Record<string, string> = { number: `INC${service}`, state: '1', priority: '1', u_service: service, opened_at: '' }
  const [title = '', host = '', address = '', category = '', group = '', ...rest] = texts
  Object.assign(fields, {
    short_description: title,
    u_host: host,
    u_ip_address: address,
    category,
    assignment_group: group,
    description: rest.join('\n'),
  })
  const value = (field: string) => fields[field] ?? ''
  return toAlert({ sysId: `id-${service}`, value, shown: value }, 'dev1', new Date())
}

/** All of them. */
export const CARRIERS: readonly Carrier[] = [
  { id: 'commits', what: 'commit messages and authors', tool: 'list_commits' },
  { id: 'diffs', what: 'diffs', tool: 'get_code_diff' },
  { id: 'code', what: 'code comments', tool: 'fetch_code_from_github' },
  { id: 'changes', what: 'the diary of changes', tool: 'list_changes' },
  { id: 'events', what: 'cluster events', tool: 'get_events' },
  { id: 'pods', what: 'what was written to pods', tool: 'get_pods', atATime: 8 },
  { id: 'host', what: 'the output of host commands', tool: 'run_diagnostic' },
  { id: 'mcp', what: 'results of an MCP server', tool: 'runbooks__search' },
  { id: 'memory', what: 'memory of earlier incidents, their actions and replies', tool: 'find_similar_incidents' },
  { id: 'tickets', what: 'earlier incidents and their tickets', tool: 'list_incidents' },
  { id: 'database', what: 'application names and statements', tool: 'get_lock_info' },
  { id: 'errors', what: 'messages of functions that failed', tool: 'probe_endpoint', atATime: 3 },
  { id: 'labels', what: 'labels and annotations: paths, user agents', opens: titled },
  { id: 'servicenow', what: 'fields of a ServiceNow record', opens: recorded, atATime: 7 },
]
