import type { HostReading } from '@oncall-lab/on-call-agent/host-functions'
import { expect, test } from 'vitest'
import { diagnose } from '../engine/diagnose.ts'
import { nextQuestions } from '../engine/plan.ts'
import { remediesFor } from '../engine/remedy.ts'
import type { Alert } from '../facts/alerts.ts'
import { readFacts } from '../facts/facts.ts'
import type { Question } from '../facts/metric-queries.ts'
import { type Call, questionKey } from '../transcript.ts'

const TOOLS = ['check_host', 'run_diagnostic', 'list_incidents', 'send_diagnosis', 'note_hypotheses', 'propose_action']
const COVERING = { ok: true, window_seconds: null, complete: true, truncated: 0, errors: [] }
const WELL: HostReading = {
  host: 'web-prod-01',
  services: [
    {
      service: 'nginx',
      state: 'active',
      sub_state: 'running',
      result: 'success',
      exit_status: 0,
      since: 'Mon 2026-11-30 03:00:00 UTC',
      main_pid: 4_711,
      restarts: 0,
    },
  ],
  disks: [{ mount: '/', used_percent: 12, free_kilobytes: 20_000 }],
  files: [
    { path: '/var/log/nginx/access.log', kind: 'log', kilobytes: 8 },
    { path: '/var/cache/nginx', kind: 'cache', kilobytes: 40 },
  ],
  processes: [{ pid: 4_711, user: 'www-data', cpu_percent: 0.4, seconds: 600, command: 'nginx' }],
  pages: [{ url: 'http://127.0.0.1:8095/', status: 200, says: 'HTTP/1.1 200 OK' }],
  configurations: [{ file: '/etc/nginx/nginx.conf', service: 'nginx', differs: false, difference: '' }],
}
const [nginx = { service: '', state: '', sub_state: '', result: '', exit_status: 0, since: '', main_pid: 0, restarts: 0 }] = WELL.services
const failed = (result: string) => [{ ...nginx, state: 'failed', sub_state: 'failed', result, exit_status: 1, main_pid: null }]
const silent = [
  { url: 'http://127.0.0.1:8095/', status: null, says: 'curl: (7) Failed to connect to 127.0.0.1 port 8095: Connection refused' },
]
const line = (text: string) => `Nov 30 03:00:01 web-prod-01 ${text}`
const started = line('systemd[1]: Starting nginx.service - A small web server...')

const alertOf = (alertname: string): Alert[] => [
  {
    alertname,
    severity: 'critical',
    service: 'nginx',
    summary: alertname,
    labels: { service: 'nginx', hostname: 'web-prod-01' },
    startsAt: 1_796_000_000_000,
  },
]

/** Asks what the rules ask, answers from the reading and the journal, until they conclude. */
function investigate(alertname: string, reading: Partial<HostReading>, journal: string[] = [started]) {
  const calls: Call[] = []
  const asked: string[] = []
  const answerTo = ({ tool, args }: Question): object => {
    if (tool === 'check_host') return { ...COVERING, hosts: [{ ...WELL, ...reading }] }
    if (tool !== 'run_diagnostic') return { error: { code: 'not_found', message: 'nothing' } }
    const stdout = String(args.command).startsWith('journalctl') ? `${journal.join('\n')}\n` : 'Active: failed\n'
    return { ...COVERING, host: args.host, argv: ['x'], exit_code: 0, timed_out: false, stdout, stderr: '', duration_ms: 3 }
  }
  for (let turn = 0; turn < 6; turn += 1) {
    const questions = nextQuestions(readFacts(alertOf(alertname), calls), TOOLS)
    if (questions.length === 0) break
    for (const question of questions) {
      const value = answerTo(question)
      asked.push(`${question.tool} ${question.args.command ?? ''}`.trim())
      const outcome = 'error' in value ? { kind: 'failed' as const, code: 'not_found', message: 'nothing' } : { kind: 'ok' as const, value }
      calls.push({
        id: `c${calls.length}`,
        name: question.tool,
        key: questionKey(question.tool, question.args),
        content: JSON.stringify(value),
        outcome,
        position: turn,
      })
    }
  }
  const facts = readFacts(alertOf(alertname), calls)
  const diagnosis = diagnose(facts, { quotes: new Set(), place: false })
  for (const { tool_call_id, quote } of diagnosis.evidence) expect(calls.find(({ id }) => id === tool_call_id)?.content).toContain(quote)
  return { diagnosis, asked, repairs: remediesFor(diagnosis, facts).map((each) => each.arguments) }
}

test('a service that was killed is named as stopped, and its restart is proposed', () => {
  const { diagnosis, asked, repairs } = investigate(
    'Web server down - 500 errors',
    { services: failed('signal'), pages: silent, processes: [] },
    [
      started,
      line('systemd[1]: Started nginx.service - A small web server.'),
      line('systemd[1]: nginx.service: Main process exited, code=killed, signal=KILL'),
    ],
  )
  expect(asked[0]).toBe('check_host')
  expect(asked).toContain('run_diagnostic systemctl status nginx')
  expect(asked).toContain('run_diagnostic journalctl -u nginx -n 40')
  expect(diagnosis).toMatchObject({
    status: 'diagnosed',
    cause: 'service_down_on_host',
    root_cause: expect.stringMatching(/^nginx has stopped on its host\. .*nginx on web-prod-01 is failed \(signal\)/i),
  })
  expect(diagnosis.confidence).toBeGreaterThanOrEqual(0.85)
  expect(repairs).toEqual([{ host: 'web-prod-01', remedy: 'restart_service', subject: 'nginx' }])
})

test('a service that its configuration keeps down is not just restarted', () => {
  const { diagnosis, repairs } = investigate(
    'nginx down on web-prod-01',
    {
      services: failed('exit-code'),
      pages: silent,
      processes: [],
      configurations: [
        {
          file: '/etc/nginx/nginx.conf',
          service: 'nginx',
          differs: true,
          difference: '--- a\n+++ b\n@@ -5,0 +5,1 @@\n+keepalive_timeoutt 65;\n',
        },
      ],
    },
    [
      started,
      line('nginx[4712]: nginx: [emerg] unknown directive "keepalive_timeoutt" in /etc/nginx/nginx.conf:5'),
      line("systemd[1]: nginx.service: Failed with result 'exit-code'."),
    ],
  )
  expect(diagnosis).toMatchObject({ status: 'diagnosed', cause: 'bad_configuration' })
  expect(diagnosis.root_cause).toContain('unknown directive')
  expect(repairs[0]).toEqual({ host: 'web-prod-01', remedy: 'restore_configuration', subject: '/etc/nginx/nginx.conf' })
})

test('a full disk is named with what fills it, and the log is rotated', () => {
  const { diagnosis, repairs } = investigate(
    'Disk almost full on web-prod-01',
    {
      disks: [{ mount: '/', used_percent: 100, free_kilobytes: 0 }],
      files: [
        { path: '/var/log/nginx/access.log', kind: 'log', kilobytes: 24_000 },
        { path: '/var/cache/nginx', kind: 'cache', kilobytes: 40 },
      ],
      pages: [{ url: 'http://127.0.0.1:8095/', status: 500, says: 'HTTP/1.1 500 Internal Server Error' }],
    },
    [started, line('nginx[4711]: write() to "/var/log/nginx/access.log" failed (28: No space left on device)')],
  )
  expect(diagnosis).toMatchObject({
    status: 'diagnosed',
    cause: 'disk_full',
    root_cause: expect.stringContaining('/var/log/nginx/access.log holds 24000 KB'),
  })
  expect(repairs).toEqual([{ host: 'web-prod-01', remedy: 'rotate_log', subject: '/var/log/nginx/access.log' }])
})

test('a process that uses up the CPU is named and ended; the service beside it is left alone', () => {
  const { diagnosis, repairs } = investigate('High CPU on web-prod-01', {
    processes: [
      { pid: 4_712, user: 'reports', cpu_percent: 71.5, seconds: 90, command: 'report-builder' },
      { pid: 4_711, user: 'www-data', cpu_percent: 0.4, seconds: 600, command: 'nginx' },
    ],
  })
  expect(diagnosis).toMatchObject({
    status: 'diagnosed',
    cause: 'cpu_saturation',
    root_cause: expect.stringContaining('report-builder of reports'),
  })
  expect(repairs).toEqual([{ host: 'web-prod-01', remedy: 'end_process', subject: '4712' }])
})

test('a host that is well gives no diagnosis and no repair', () => {
  const { diagnosis, repairs } = investigate('nginx down on web-prod-01', {})
  expect(diagnosis.status).not.toBe('diagnosed')
  expect(repairs).toEqual([])
})
