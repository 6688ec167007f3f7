import { isLinked } from './link-endings.ts'
import { shorten } from './shorten.ts'

/** Decides which links of a message stay live. */
export type IsOwnLink = (link: string) => boolean

/** Characters that change how a text looks without being seen: controls, direction marks, fillers. Joiners stay, emoji and scripts need them. */
const UNSEEN = /(?![\n\t])\p{Cc}|\p{Bidi_Control}|[\u00ad\u200b\u2060-\u2064\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu
/** An underscore inside a word, as in `fetch_logs`, marks nothing. */
const MARKUP = /[*~`]|(?<![\p{L}\p{N}])_+|_+(?![\p{L}\p{N}])/gu

/** Text of outsiders (labels, annotations, log lines, a model's prose) for use inside our own line: one line, cut, without markup. */
export function oneLine(text: string, chars: number): string {
  const flat = text
    .slice(0, chars * 4)
    .replace(/[\s\u2028\u2029\u0085]+/g, ' ')
    .replace(UNSEEN, '')
    .replace(MARKUP, '')
  return shorten(flat.trim().toWellFormed(), chars)
}

/** A whole message as it may leave: no private reasoning, no unseen characters, no live link but our own. */
export function outgoingText(text: string, isOwnLink: IsOwnLink): string {
  return defang(withoutReasoning(text).replace(/\r\n?/g, '\n').replace(UNSEEN, ''), isOwnLink).trim().toWellFormed()
}

const LINK = /\b([a-z][a-z0-9+.-]{0,20}):\/\/[^\s<>"'`]{1,2000}/gi
/** A dotted name with its port and its path; some dots of other scripts count as one (RFC 3490, 3.1). One within a path is none. */
const DOTTED =
  /(?<![\p{L}\p{N}@_[.\u3002\uff0e\uff61-])(?<![\p{L}\p{N}_.~-][/\\])([\p{L}\p{N}-]{1,63}(?:[.\u3002\uff0e\uff61][\p{L}\p{N}-]{1,63}){1,8})(?![\p{L}\p{N}_-]|[.\u3002\uff0e\uff61][\p{L}\p{N}])(?::\d{1,5})?([/?#][^\s<>"'`]{0,2000})?/gu
const DOT = /[.\u3002\uff0e\uff61]/g

/** Makes foreign links dead: `hxxps://evil[.]example/x`. They can still be read and, by hand, be followed. */
export function defang(text: string, isOwnLink: IsOwnLink): string {
  const parts: string[] = []
  let at = 0
  for (const { 0: whole, index } of text.matchAll(LINK)) {
    const { link, rest } = splitEnd(whole)
    parts.push(killNames(text.slice(at, index)), isOwnLink(link) ? link : killLink(link), rest)
    at = index + whole.length
  }
  return [...parts, killNames(text.slice(at))].join('')
}

/** What is made a link of without a scheme. */
function killNames(text: string): string {
  return text.replace(DOTTED, (whole, name: string, path = '') =>
    isLinked(name.replace(DOT, '.'), path) ? whole.replace(DOT, '[.]') : whole,
  )
}

/** A sentence's own signs at the end are no part of the link. */
function splitEnd(whole: string): { link: string; rest: string } {
  const rest = /(?<![.,;:!?)\]}*_~])[.,;:!?)\]}*_~]*$/.exec(whole)?.[0] ?? ''
  return { link: whole.slice(0, whole.length - rest.length), rest }
}

function killLink(link: string): string {
  const [scheme = '', ...rest] = link.split('://')
  return `${scheme.replace(/t/gi, 'x')}://${rest.join('://').replaceAll('.', '[.]')}`
}

/** Links below one of these addresses are our own; a link that two readers may read differently is not. */
export function ownLinks(addresses: string[]): IsOwnLink {
  const bases = addresses.flatMap((address) => (URL.canParse(address) ? new URL(address) : []))
  return (link) => {
    if (!URL.canParse(link) || !/^[\w:/.?&=%#+~-]+$/.test(link)) return false
    const url = new URL(link)
    return bases.some((base) => {
      const path = base.pathname.replace(/\/$/, '')
      return url.origin === base.origin && (url.pathname === path || url.pathname.startsWith(`${path}/`))
    })
  }
}

const REASONING = ['think', 'thinking', 'reasoning', 'scratchpad', 'analysis']

/** Cuts a model's private reasoning out: `<think>…</think>`, also where its beginning or its end is missing. */
export function withoutReasoning(text: string): string {
  return REASONING.reduce((rest, tag) => {
    const kept: string[] = []
    let left = rest
    for (;;) {
      const close = left.indexOf(`</${tag}>`)
      const open = left.indexOf(`<${tag}>`)
      if (open < 0 && close < 0) return [...kept, left].join('')
      if (open >= 0 && (close < 0 || open < close)) kept.push(left.slice(0, open))
      if (close < 0) return kept.join('')
      left = left.slice(close + tag.length + 3)
    }
  }, text)
}
