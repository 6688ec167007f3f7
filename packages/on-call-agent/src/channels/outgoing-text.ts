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
/** What phones make links of without a scheme. A dot between other words, as in `app.ts`, is none. */
const BARE_LINK =
  /(?<![\p{L}\p{N}@/.:_\\[-])(?:[a-z0-9-]{1,63}\.){1,8}(?:com|net|org|io|dev|app|info|biz|example|test|me|co|ai|ru|cn|de|uk|eu|fr|in|br|us|xyz|top|site|online|shop|link|click|live|cloud|page|tech|pro|tk|ml|ly|gg|to|cc|ws|zip|mov|tv|sh|run)(?![\p{L}\p{N}_-]|\.[\p{L}\p{N}])(?:[/?#][^\s<>"'`]{0,2000})?/giu

/** Makes foreign links dead: `hxxps://evil[.]example/x`. They can still be read and, by hand, be followed. */
export function defang(text: string, isOwnLink: IsOwnLink): string {
  return text
    .replace(LINK, (whole) => {
      const { link, rest } = splitEnd(whole)
      return (isOwnLink(link) ? link : killLink(link)) + rest
    })
    .replace(BARE_LINK, (link) => link.replaceAll('.', '[.]'))
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
