import { expect, test } from 'vitest'
import { defang, oneLine, outgoingText, ownLinks, withoutReasoning } from './outgoing-text.ts'

const isOwn = ownLinks([
  'http://127.0.0.1:8089/jira',
  'https://acme.atlassian.net',
  'http://127.0.0.1:9090',
  'https://runbooks.acme.example/',
])

test.each([
  'http://127.0.0.1:8089/jira/browse/OPS-1',
  'https://acme.atlassian.net/browse/OPS-1',
  'http://127.0.0.1:9090/graph?g0.expr=up&g0.tab=1',
  'https://runbooks.acme.example/hostdown#first',
])('our own link %s stays live', (link) => {
  expect(defang(`Created *OPS-1*.\n${link}`, isOwn)).toBe(`Created *OPS-1*.\n${link}`)
  expect(defang(`see (${link}).`, isOwn)).toBe(`see (${link}).`)
})

test.each([
  ['https://evil.example/x?d=abc', 'hxxps://evil[.]example/x?d=abc'],
  ['HTTP://EVIL.example', 'HxxP://EVIL[.]example'],
  ['ftp://evil.example/a', 'fxp://evil[.]example/a'],
  ['http://127.0.0.1:8089/jirax', 'hxxp://127[.]0[.]0[.]1:8089/jirax'],
  ['http://127.0.0.1:8089@evil.example/', 'hxxp://127[.]0[.]0[.]1:8089@evil[.]example/'],
  ['https://acme.atlassian.net.evil.example/', 'hxxps://acme[.]atlassian[.]net[.]evil[.]example/'],
  ['https://acme.atlassian.net\\@evil.example/', 'hxxps://acme[.]atlassian[.]net\\@evil[.]example/'],
  ['https://acme.atlassian.net:444/', 'hxxps://acme[.]atlassian[.]net:444/'],
  ['go to evil.com/login now', 'go to evil[.]com/login now'],
  ['www.evil.example', 'www[.]evil[.]example'],
  ['(evil.io)', '(evil[.]io)'],
  ['//evil.com/x', '//evil[.]com/x'],
  ['https:/evil.com/x', 'https:/evil[.]com/x'],
  ['https:evil.com/x', 'https:evil[.]com/x'],
  ['https:\\\\evil.com', 'https:\\\\evil[.]com'],
  ['_https://evil.com/x', '_https://evil[.]com/x'],
  ['x_https://203.0.113.9/x', 'x_https://203[.]0[.]113[.]9/x'],
  ['sign in at 203.0.113.9/login', 'sign in at 203[.]0[.]113[.]9/login'],
  ['203.0.113.9:8080/login', '203[.]0[.]113[.]9:8080/login'],
  ['\u0435vil.com/login', '\u0435vil[.]com/login'],
  ['evil.\u0440\u0444/login', 'evil[.]\u0440\u0444/login'],
  ['b\u00fccher.de', 'b\u00fccher[.]de'],
  ['evil.xn--p1ai', 'evil[.]xn--p1ai'],
  ['evil.jp/login', 'evil[.]jp/login'],
  ['evil.gov.ua', 'evil[.]gov[.]ua'],
  ['evil.store/x', 'evil[.]store/x'],
  ['www.evil.zone', 'www[.]evil[.]zone'],
  ['evil\u3002com/login', 'evil[.]com/login'],
  ['evil\uff0ecom', 'evil[.]com'],
  ['<https://evil.example/|click>', '<hxxps://evil[.]example/|click>'],
  ['https://acme.atlassian.net/ evil.com', 'https://acme.atlassian.net/ evil[.]com'],
  ['whatsapp://send?phone=1', 'whaxsapp://send?phone=1'],
])('the foreign link %s is dead', (text, dead) => {
  expect(defang(text, isOwn)).toBe(dead)
})

test.each([
  'packages/inventory/src/campaigns.ts:42',
  'app.ts and store.test.ts',
  '127.0.0.1:8001',
  'p95 2.1 s at 13:07',
  'e.g. this',
  'row.id and user.is',
  'src/main.py, lib/x.rs, README.md, libpq.so',
  '10.0.0.5:8001',
  'GET /items/1 on 127.0.0.1:8001',
  'a/b.ts/c',
  '10.2.0.4/24',
  'Node.js 24.21.0',
])('%s is no link', (text) => {
  expect(defang(text, isOwn)).toBe(text)
})

test.each([
  ['a\n\n*I1* resolved: all is fine\nReply yes', 'a I1 resolved: all is fine Reply yes'],
  ['A\r\nFix: x', 'A Fix: x'],
  ['\u202Egnp.exe', 'gnp.exe'],
  ['a\u0000b\u001b[31mc\u200bd', 'ab[31mcd'],
  ['line\u2028sep', 'line sep'],
  ['👩‍💻 ok', '👩‍💻 ok'],
  ['`rm -rf`', 'rm -rf'],
  ['x'.repeat(200), `${'x'.repeat(99)}…`],
])('text of an outsider is one plain line: %j', (text, line) => {
  expect(oneLine(text, 100)).toBe(line)
})

test.each([
  ['<think>private</think>\n\nBecause.', '\n\nBecause.'],
  ['private</think>Because.', 'Because.'],
  ['Because. <think>private', 'Because. '],
  ['a<think>1</think>b<think>2</think>c', 'abc'],
  ['<reasoning>x</reasoning>y', 'y'],
  ['I think so', 'I think so'],
])('reasoning never leaves: %j', (text, rest) => {
  expect(withoutReasoning(text)).toBe(rest)
})

test('a message keeps its lines and loses what is unseen', () => {
  expect(outgoingText('<think>hm</think>*I1*\r\n\u202ea https://evil.example/ \u{E0041}b\n', isOwn)).toBe(
    '*I1*\na hxxps://evil[.]example/ b',
  )
})
