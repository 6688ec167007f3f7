import { expect, it } from 'vitest'
import { formatParts, formatSeconds } from './status.ts'

it('prints a table with a line for each part and the total of the memory', () => {
  const row = { state: 'ready', uptime_seconds: 65, restarts: 0 }
  const table = formatParts({
    running: true,
    port_offset: 7,
    state: 'ready',
    supervisor_pid: 1,
    parts: [
      { ...row, part: 'on-call-agent', pid: 12, address: '127.0.0.1:8095', memory_bytes: 90_000_000 },
      { ...row, part: 'inventory', pid: null, address: '127.0.0.1:8008', memory_bytes: null, uptime_seconds: null, restarts: 3 },
    ],
    total_memory_bytes: 90_000_000,
  })
  expect(table.split('\n')).toEqual([
    'part           state  pid  address         uptime  memory',
    'on-call-agent  ready  12   127.0.0.1:8095  1m05s   90 MB',
    'inventory      ready  -    127.0.0.1:8008  -       -       restarts: 3',
    '',
    '2 processes, 90 MB, port offset 7',
  ])
})

it.each([
  [0.9, '0s'],
  [59.9, '59s'],
  [60, '1m00s'],
  [3_599, '59m59s'],
  [7_620, '2h07m'],
])('writes %d seconds as %s', (seconds, text) => {
  expect(formatSeconds(seconds)).toBe(text)
})
