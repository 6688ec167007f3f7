// The phone's page: shows what GET /phone/messages says, posts what is written. Keeps nothing.

const POLL_MS = 1_000
const STATUS_WORDS = { queued: 'sending', sent: 'sent', delivered: 'delivered', received: 'received' }
// A link, or one of WhatsApp's marks around a text without a line break: *strong*, _slanted_, `code`, ```code```.
const PARTS =
  /(https?:\/\/[^\s<>"]*[^\s<>".,;:!?)\]])|```([^`]+)```|`([^`\n]+)`|(?<![\w*])\*(\S(?:[^*\n]*\S)?)\*(?![\w*])|(?<![\w_])_(\S(?:[^_\n]*\S)?)_(?![\w_])/g

const byId = (id) => document.getElementById(id)
const list = byId('messages')
const composer = byId('composer')
const text = byId('text')
const failure = byId('failure')
let shown = ''
let quoted = null

function element(name, properties, ...children) {
  const made = Object.assign(document.createElement(name), properties)
  made.append(...children)
  return made
}

/** A message's text as nodes; nothing of it is ever parsed as HTML. */
function richText(body) {
  const nodes = []
  let at = 0
  for (const match of body.matchAll(PARTS)) {
    const [whole, link, block, code, strong, slanted] = match
    nodes.push(body.slice(at, match.index))
    if (link) nodes.push(element('a', { href: link, target: '_blank', rel: 'noreferrer noopener', textContent: link }))
    else if (block ?? code) nodes.push(element('code', { textContent: block ?? code }))
    else if (strong) nodes.push(element('strong', { textContent: strong }))
    else nodes.push(element('em', { textContent: slanted }))
    at = match.index + whole.length
  }
  nodes.push(body.slice(at))
  return nodes
}

function bubble(message, all) {
  const original = all.find(({ sid }) => sid === message.replied_to)
  const failed = message.status === 'undelivered'
  const why = message.error_code === 63016 ? '63016, outside the 24-hour window' : message.error_code
  const footer = element(
    'footer',
    {},
    element('time', { dateTime: message.at, textContent: clock(message.at) }),
    element('span', {
      className: failed ? 'bad' : '',
      textContent: failed ? `not delivered (${why})` : (STATUS_WORDS[message.status] ?? message.status),
    }),
  )
  if (message.direction === 'in') {
    const button = element('button', { type: 'button', className: 'reply', textContent: 'Reply' })
    button.addEventListener('click', () => quote(message))
    footer.prepend(button)
  }
  return element(
    'li',
    { className: `bubble ${message.direction}` },
    ...(original ? [element('blockquote', { textContent: original.body })] : []),
    element('div', { className: 'body' }, ...richText(message.body)),
    footer,
  )
}

function clock(at) {
  return new Date(at).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', second: '2-digit' })
}

function day(at) {
  return new Date(at).toLocaleDateString([], { weekday: 'long', day: 'numeric', month: 'long' })
}

function render(conversation) {
  const { messages, issues, phone, window_closes_at: closes } = conversation
  byId('presence').textContent = `to ${phone.replace('whatsapp:', '')}`
  const isOpen = closes !== null && Date.parse(closes) > Date.now()
  byId('window').hidden = isOpen
  byId('window').textContent = isOpen
    ? ''
    : 'More than 24 hours since your last message: WhatsApp does not deliver free text to you. Write anything to open the window again.'
  const now = JSON.stringify([messages, issues])
  if (now === shown) return
  shown = now
  const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 60
  let last = ''
  list.replaceChildren(
    ...messages.flatMap((message) => {
      const today = day(message.at)
      const divider = today === last ? [] : [element('li', { className: 'day', textContent: today })]
      last = today
      return [...divider, bubble(message, messages)]
    }),
  )
  byId('issues').replaceChildren(
    ...issues.map(({ key, url, summary, assignee, status }) =>
      element(
        'li',
        {},
        element('a', { href: url, textContent: key }),
        element('div', { textContent: summary }),
        element('p', { textContent: `${status}, ${assignee ? `assigned to ${assignee}` : 'unassigned'}` }),
      ),
    ),
  )
  if (atEnd) list.scrollTop = list.scrollHeight
}

async function refresh() {
  try {
    const response = await fetch('/phone/messages', { signal: AbortSignal.timeout(5_000) })
    render(await response.json())
  } catch {
    byId('presence').textContent = 'The stand-ins do not answer'
  }
}

function quote(message) {
  quoted = message
  byId('quote').hidden = message === null
  byId('quote').firstElementChild.textContent = message?.body ?? ''
  text.focus()
}

function fail(reason) {
  failure.hidden = reason === ''
  failure.textContent = reason
}

async function send() {
  const body = text.value.trim()
  if (body === '') return
  const button = composer.querySelector('button[type=submit]')
  button.disabled = true
  fail('')
  try {
    const response = await fetch('/phone/messages', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ body, ...(quoted && { reply_to: quoted.sid }) }),
    })
    const answer = await response.json()
    if (!response.ok) fail(answer.detail ?? `Not taken (${response.status})`)
    if (answer.sid) {
      text.value = ''
      quote(null)
    }
  } catch {
    fail('The stand-ins do not answer; the message was not sent.')
  }
  button.disabled = false
  await refresh()
  list.scrollTop = list.scrollHeight
}

composer.addEventListener('submit', (event) => {
  event.preventDefault()
  void send()
})
text.addEventListener('keydown', (event) => {
  if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return
  event.preventDefault()
  composer.requestSubmit()
})
byId('quote')
  .querySelector('button')
  .addEventListener('click', () => quote(null))
document.addEventListener('visibilitychange', () => document.hidden || refresh())
setInterval(() => document.hidden || refresh(), POLL_MS)
await refresh()
list.scrollTop = list.scrollHeight
text.focus()
