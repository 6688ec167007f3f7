import { describe, expect, it } from 'vitest'
import { type AcceptedBodies, decideBrowser } from './browser-guard.ts'

const HOST = '127.0.0.1:7070'

function decide(method: string, headers: Record<string, string>, accepts: AcceptedBodies = 'json'): string {
  return decideBrowser({ method, headers: { host: HOST, ...headers }, hosts: ['127.0.0.1', 'localhost'], accepts })?.code ?? 'pass'
}

const JSON_TYPE = { 'content-type': 'application/json' }
const OWN_PAGE = { origin: `http://${HOST}`, 'sec-fetch-site': 'same-origin' }
const OTHER_PORT = { origin: 'http://127.0.0.1:5000', 'sec-fetch-site': 'same-site' }
const ELSEWHERE = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }
const LINK = { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }

describe('the browser guard', () => {
  it.each<[string, string, Record<string, string>, string]>([
    ['curl without a body', 'POST', {}, 'pass'],
    ['curl with an empty body', 'POST', { 'content-length': '0' }, 'pass'],
    ['a program with JSON', 'POST', { ...JSON_TYPE, 'content-length': '9' }, 'pass'],
    ['Node’s fetch, which says how but not from where', 'POST', { 'sec-fetch-mode': 'cors' }, 'pass'],
    ['a JSON type with a charset', 'POST', { 'content-type': 'Application/JSON; charset=utf-8' }, 'pass'],
    ['curl -d without a type', 'POST', { 'content-type': 'application/x-www-form-urlencoded' }, 'unsupported_media_type'],
    ['plain text', 'POST', { 'content-type': 'text/plain' }, 'unsupported_media_type'],
    ['a type that only begins like JSON', 'POST', { 'content-type': 'application/jsonp' }, 'unsupported_media_type'],
    ['JSON as the second type', 'POST', { 'content-type': 'text/plain, application/json' }, 'unsupported_media_type'],
    ['JSON as a parameter', 'POST', { 'content-type': 'text/plain; application/json' }, 'unsupported_media_type'],
    ['a body without a type', 'POST', { 'content-length': '2' }, 'unsupported_media_type'],
    ['a chunked body without a type', 'POST', { 'transfer-encoding': 'chunked' }, 'unsupported_media_type'],
    ['our own page with JSON', 'POST', { ...OWN_PAGE, ...JSON_TYPE }, 'pass'],
    ['our own page without a type', 'POST', OWN_PAGE, 'unsupported_media_type'],
    ['our own page with a DELETE without a body', 'DELETE', OWN_PAGE, 'pass'],
    ['an old browser’s page of ours', 'POST', { origin: `http://${HOST}`, ...JSON_TYPE }, 'pass'],
    ['another site with JSON', 'POST', { ...ELSEWHERE, ...JSON_TYPE }, 'foreign_site'],
    ['another site with a form', 'POST', { ...ELSEWHERE, 'content-type': 'multipart/form-data; boundary=x' }, 'foreign_site'],
    ['another site in an old browser', 'POST', { origin: 'https://evil.example', ...JSON_TYPE }, 'foreign_site'],
    ['another port of this machine', 'POST', { ...OTHER_PORT, ...JSON_TYPE }, 'foreign_site'],
    ['another port of this machine in an old browser', 'PUT', { origin: 'http://127.0.0.1:5000', ...JSON_TYPE }, 'foreign_site'],
    ['a sandboxed frame or a file', 'POST', { origin: 'null', ...JSON_TYPE }, 'foreign_site'],
    ['an origin that is none', 'POST', { origin: 'http://', ...JSON_TYPE }, 'foreign_site'],
    ['a page that hides its origin', 'DELETE', { 'sec-fetch-site': 'cross-site' }, 'foreign_site'],
    ['a form that somebody submits by a link of another site', 'POST', { ...ELSEWHERE, ...LINK, ...JSON_TYPE }, 'foreign_site'],
    ['a method that nobody knows', 'BREW', { ...ELSEWHERE, ...JSON_TYPE }, 'foreign_site'],
    ['the question before a request of another site', 'OPTIONS', ELSEWHERE, 'foreign_site'],
    ['a link followed from another site', 'GET', { 'sec-fetch-site': 'cross-site', ...LINK }, 'pass'],
    [
      'an image of another site',
      'GET',
      { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' },
      'foreign_site',
    ],
    [
      'a frame in another site',
      'GET',
      { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' },
      'foreign_site',
    ],
    ['a fetch of another site', 'GET', { ...OTHER_PORT, 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty' }, 'foreign_site'],
    ['an address typed by a person', 'GET', { 'sec-fetch-site': 'none', ...LINK }, 'pass'],
    ['a program that reads', 'GET', {}, 'pass'],
  ])('%s: %s %j → %s', (_, method, headers, outcome) => {
    expect(decide(method, headers)).toBe(outcome)
  })

  it('takes no page for its own that came in under a name that is not ours', () => {
    expect(decide('POST', { ...JSON_TYPE, host: 'rebound.example:7070', origin: 'http://rebound.example:7070' })).toBe('foreign_site')
  })

  it.each<[AcceptedBodies, Record<string, string>, string]>([
    ['form', { 'content-type': 'application/x-www-form-urlencoded' }, 'pass'],
    ['form', JSON_TYPE, 'unsupported_media_type'],
    ['form', { ...ELSEWHERE, 'content-type': 'application/x-www-form-urlencoded' }, 'foreign_site'],
    ['any', { 'content-type': 'text/plain' }, 'pass'],
    ['any', { 'content-length': '5' }, 'pass'],
    ['any', { ...OWN_PAGE, 'content-type': 'text/plain' }, 'unsupported_media_type'],
    ['any', { ...ELSEWHERE, 'content-type': 'application/x-www-form-urlencoded' }, 'foreign_site'],
  ])('a route that accepts %s: %j → %s', (accepts, headers, outcome) => {
    expect(decide('POST', headers, accepts)).toBe(outcome)
  })
})
