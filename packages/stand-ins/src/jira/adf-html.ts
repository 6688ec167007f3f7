import { dictionary } from '@oncall-lab/service-kit/dictionary'
import type { AdfNode } from './adf.ts'

const ELEMENTS = dictionary<string>({
  paragraph: 'p',
  bulletList: 'ul',
  orderedList: 'ol',
  listItem: 'li',
  blockquote: 'blockquote',
  panel: 'blockquote',
  table: 'table',
  tableRow: 'tr',
  tableHeader: 'th',
  tableCell: 'td',
})
const MARKS = dictionary<string>({ strong: 'strong', em: 'em', code: 'code', strike: 's', underline: 'u' })

/** Text made safe for HTML, in content and in quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}

/** A document as HTML for a person to read; links lead to http(s) only, nodes without a text form are left out. */
export function adfHtml(node: AdfNode): string {
  const inner = (node.content ?? []).map(adfHtml).join('')
  switch (node.type) {
    case 'text':
      return markedText(node)
    case 'hardBreak':
      return '<br>'
    case 'rule':
      return '<hr>'
    case 'codeBlock':
      return `<pre><code>${inner}</code></pre>`
    case 'heading': {
      const level = Math.min(Math.max(Number(node.attrs?.level) || 1, 1) + 1, 6)
      return `<h${level}>${inner}</h${level}>`
    }
    case 'mention':
    case 'emoji':
    case 'status':
      return escapeHtml(String(node.attrs?.text ?? node.attrs?.shortName ?? ''))
    case 'inlineCard':
    case 'blockCard':
      return link(String(node.attrs?.url ?? ''), escapeHtml(String(node.attrs?.url ?? '')))
    default: {
      const element = ELEMENTS[node.type]
      return element ? `<${element}>${inner}</${element}>` : inner
    }
  }
}

function markedText({ text = '', marks = [] }: AdfNode): string {
  return marks.reduce((html, { type, attrs }) => {
    if (type === 'link') return link(String(attrs?.href ?? ''), html)
    const element = MARKS[type]
    return element ? `<${element}>${html}</${element}>` : html
  }, escapeHtml(text))
}

function link(href: string, html: string): string {
  return /^https?:\/\//i.test(href) ? `<a href="${escapeHtml(href)}" rel="noreferrer noopener" target="_blank">${html}</a>` : html
}
