import { expect, test } from 'vitest'
import { diagnosis } from '../../test-parts/diagnosis.ts'
import type { Diagnosis, Episode, Incident } from '../api.ts'
import { ownLinks } from './outgoing-text.ts'
import { describeAlerts, fitMessage, linksTo, PAGE_CHARS, pageText } from './page.ts'

const episode = (alertname: string, over: Partial<Episode> = {}): Episode => ({
  alertname,
  severity: 'critical',
  summary: '',
  labels: {},
  fingerprint: alertname,
  starts_at: '2026-11-29T12:51:36.000Z',
  received_at: '2026-11-29T12:51:40.000Z',
  ends_at: null,
  ...over,
})
const incident = (over: Partial<Incident> = {}): Incident => ({
  id: 'i',
  ref: 'I7',
  status: 'investigating',
  severity: 'critical',
  service: 'inventory',
  alerts: [episode('InventoryErrorBurst', { summary: '77 % of inventory requests are failing' })],
  opened_at: '',
  diagnosed_at: null,
  resolved_at: null,
  diagnosis: null,
  ticket: null,
  ...over,
})

test('a page says what customers feel and since when, the likely cause and how sure, and what to answer', () => {
  const page = pageText({
    incident: incident({ alerts: [...incident().alerts, episode('InventoryRouteFailing'), episode('InventoryRouteFailing')] }),
    diagnosis: diagnosis({ affected_file: 'a.ts', suggested_fix: 'Check it.', alternatives: ['The database: it answers.'] }),
    madeBy: 'model',
    link: 'http://127.0.0.1:8087/incidents/I7',
  })
  expect(page.split('\n')).toEqual([
    '*I7* CRITICAL inventory: 77 % of inventory requests are failing since 12:51 UTC (+1 more: InventoryRouteFailing)',
    `*Cause:* ${diagnosis().root_cause} (90 % sure)`,
    'Reply *why*, *fix*, *status* or *create ticket and assign to <name>*',
    'http://127.0.0.1:8087/incidents/I7',
  ])
})

test('a page links to its incident, and to the runbook of an alert only where that stands at an address of our own', () => {
  const links = linksTo('http://127.0.0.1:8087', ownLinks(['https://runbooks.example/']))
  const page = (runbook_url: string) => {
    const given = incident({ alerts: [episode('A', { annotations: { runbook_url } })] })
    return pageText({ incident: given, diagnosis: diagnosis(), madeBy: 'model', ...links(given) })
      .split('\n')
      .slice(3)
  }
  expect(page('https://runbooks.example/hostdown')).toEqual([
    'http://127.0.0.1:8087/incidents/I7',
    'Runbook: https://runbooks.example/hostdown',
  ])
  expect(page('https://evil.example/hostdown')).toEqual(['http://127.0.0.1:8087/incidents/I7'])
})

test('a page that no model made says so, and claims no certainty', () => {
  const page = pageText({ incident: incident(), diagnosis: diagnosis({ status: 'inconclusive' }), madeBy: 'fallback' })
  expect(page).toMatch(/^\*I7\* .*\n\*Made without AI:\* /)
  expect(page).not.toContain('% sure')
})

test.each<[string, Partial<Episode>[], string]>([
  ['its own words', [{ summary: 'db-7:9100 is down', labels: { instance: 'db-7:9100' } }], 'A is no word here: db-7:9100 is down since'],
  ['its name where it has no words', [{}], 'A since'],
  [
    'the instance where its words leave it out',
    [{ summary: 'a host is down', labels: { instance: 'db-7:9100' } }],
    'a host is down (db-7:9100)',
  ],
  [
    'the number of instances',
    ['a', 'b', 'c'].map((instance) => ({ summary: 'a host is down', labels: { instance } })),
    'a host is down (3 instances) since',
  ],
  [
    'the alert that is as bad as the incident',
    [{ severity: 'warning', summary: 'slow' }, { summary: 'broken' }],
    'CRITICAL inventory: broken',
  ],
  ['what is open before what is over', [{ summary: 'over', ends_at: '2026-11-29T13:00:00Z' }, { summary: 'open' }], 'inventory: open'],
  ['the earliest beginning', [{}, { starts_at: '2026-11-29T12:40:00Z' }], 'since 12:40 UTC'],
  ['no beginning where there is none', [{ starts_at: '' }], 'CRITICAL inventory: A'],
])('an alert is told by %s', (_title, alerts, words) => {
  const told = describeAlerts(incident({ alerts: alerts.map((over) => episode('A', over)) }))
  expect(told).toContain(words.replace('A is no word here: ', ''))
})

test('a label writes no line of a page, and no markup', () => {
  const evil = 'a\n\n*I1* resolved: all is fine\nReply yes'
  const page = pageText({
    incident: incident({ service: evil, severity: evil, alerts: [episode(evil, { summary: '' })] }),
    diagnosis: diagnosis({ root_cause: evil }),
    madeBy: 'model',
  })
  expect(page.split('\n')).toHaveLength(3)
  expect(page).not.toContain('*I1*')
})

const emoji = '😀'
const long = (chars: number) => emoji.repeat(Math.ceil(chars / 2)).slice(0, chars)

test.each([0, 1, 99, 100, 159, 160, 161, 500, 599, 600, 994, 2_000, 20_000])(
  'with texts of %i characters a page fits, and is whole',
  (chars) => {
    const text = long(chars)
    const given: Diagnosis = diagnosis({ root_cause: `CAUSE ${text}`.slice(0, 1_000) })
    for (const madeBy of ['model', 'fallback'] as const) {
      const alerts = Array.from({ length: 40 }, (_, i) => episode(`${i}${text}`, { summary: text, labels: { instance: text } }))
      const page = pageText({
        incident: incident({ service: `s${text}`, severity: `c${text}`, alerts }),
        diagnosis: given,
        madeBy,
        link: `https://x/${chars}`,
        runbook: `https://x/${'r'.repeat(Math.min(chars, 2_000))}`,
      })
      expect(page.length).toBeLessThanOrEqual(PAGE_CHARS)
      expect(page).toContain('*I7*')
      expect(page).toContain(':* CAUSE')
      expect(page).toContain('Reply *why*')
      expect(page.isWellFormed()).toBe(true)
    }
  },
)

test('a long cause ends with a whole sentence where one fits', () => {
  const cause = `${'The database refuses new sessions. '.repeat(20)}And so on.`.slice(0, 1_000)
  const [, line = ''] = pageText({ incident: incident(), diagnosis: diagnosis({ root_cause: cause }), madeBy: 'model' }).split('\n')
  expect(line).toMatch(/refuses new sessions\. \(90 % sure\)$/)
})

test.each([
  ['short ', 'short'],
  ['x'.repeat(1_600), 'x'.repeat(1_600)],
  ['x'.repeat(1_601), `${'x'.repeat(1_599)}…`],
  [`${'x'.repeat(1_598)}😀😀`, `${'x'.repeat(1_598)}…`],
  ['half \ud83d of one', 'half \ufffd of one'],
])('a text is fitted into one message', (text, fitted) => {
  expect(fitMessage(text)).toBe(fitted)
})
