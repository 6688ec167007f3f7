// The phone's page: shows what GET /phone/messages says, posts what is written. Keeps nothing.

const POLL_MS = 1_000
const STATUS_WORDS = { queued: 'sending', read: 'read' }
// A link, or one of WhatsApp's marks around a text without a line break: *strong*, _slanted_, `code`, ```code```.
const PARTS =
  /(https?:\/\/[^\s<>"]*[^\s<>".,;:!?)\]])|```([^`]+)```|`([^`\n]+)`|(?<![\w*])\*(\S(?:[^*\n]*\S)?)\*(?![\w*])|(?<![\w_])_(\S(?:[^_\n]*\S)?)_(?![\w_])/g

const byId = (id) => document.getElementById(id)
const list = byId('messages')
const composer = byId('composer')
const text = byId('text')
const failure = byId('failure')
const newest = byId('newest')
const TITLE = document.title
/** The nodes on the page by SID, so that news are appended and focus stays where it is. */
const bubbles = new Map()
let lastDay = ''
let shownIssues = ''
let seen = ''
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

function statusLine(message) {
  const failed = message.status === 'undelivered'
  const why = message.error_code === 63016 ? '63016, outside the 24-hour window' : message.error_code
  return {
    className: failed ? 'bad' : '',
    textContent: failed ? `not delivered (${why})` : (STATUS_WORDS[message.status] ?? message.status),
  }
}

function bubble(message, all) {
  const original = all.find(({ sid }) => sid === message.replied_to)
  const status = element('span', statusLine(message))
  const footer = element('footer', {}, element('time', { dateTime: message.at, textContent: clock(message.at) }), status)
  if (message.direction === 'in') {
    const button = element('button', { type: 'button', className: 'reply', textContent: 'Reply' })
    button.addEventListener('click', () => quote(message))
    footer.prepend(button)
  }
  const node = element(
    'li',
    { className: `bubble ${message.direction}` },
    ...(original ? [element('blockquote', { textContent: original.body })] : []),
    element('div', { className: 'body' }, ...richText(message.body)),
    footer,
  )
  return { node, status }
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
  showMessages(messages)
  showIssues(issues)
}

function showMessages(messages) {
  const isFirst = bubbles.size === 0
  const wasAtEnd = isAtEnd()
  const kept = new Set(messages.map(({ sid }) => sid))
  for (const [sid, { node }] of bubbles)
    if (!kept.has(sid)) {
      node.remove()
      bubbles.delete(sid)
    }
  const news = messages.filter((message) => !showKnown(message))
  for (const message of news) append(message, messages)
  if (news.length > 0) {
    const follows = isFirst || wasAtEnd
    newest.hidden = follows
    if (follows) showStartOf(news.at(-1).sid)
  }
  countUnread(messages)
}

/** Brings a message that is on the page up to date; false for a new one. */
function showKnown(message) {
  const known = bubbles.get(message.sid)
  if (!known) return false
  const line = statusLine(message)
  if (known.status.textContent !== line.textContent) Object.assign(known.status, line)
  return true
}

function append(message, all) {
  const today = day(message.at)
  if (today !== lastDay) list.append(element('li', { className: 'day', textContent: today }))
  lastDay = today
  const made = bubble(message, all)
  bubbles.set(message.sid, made)
  list.append(made.node)
}

function isAtEnd() {
  return list.scrollHeight - list.scrollTop - list.clientHeight < 60
}

/** A long message is read from its first line. */
function showStartOf(sid) {
  const { node } = bubbles.get(sid)
  list.scrollTop = Math.min(node.offsetTop - list.offsetTop - 8, list.scrollHeight)
}

/** Messages that came in after the last one seen; those of the page's first view count as seen. */
function countUnread(messages) {
  const incoming = messages.filter(({ direction }) => direction === 'in')
  const last = incoming.at(-1)
  if (!last) return
  if (!document.hidden && seen !== last.sid && last.status !== 'queued') {
    seen = last.sid
    void post('/phone/read', { sid: last.sid }).catch(() => undefined)
  }
  const unread = document.hidden ? incoming.length - 1 - incoming.findIndex(({ sid }) => sid === seen) : 0
  document.title = unread > 0 ? `(${unread}) ${TITLE}` : TITLE
}

function showIssues(issues) {
  const now = JSON.stringify(issues)
  if (now === shownIssues) return
  shownIssues = now
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
}

/** The incident that the agent works on: its state, and the time from one moment to the next. */
function showIncident({ incident, detail }) {
  const state = byId('incident-state')
  if (!incident) {
    state.textContent = detail ?? 'No incident yet.'
    byId('clock').hidden = true
    return
  }
  const { ref, service, severity, status, url, moments, resolved_at } = incident
  const link = state.querySelector('a')
  // The link keeps its focus while nothing about it changes.
  if (link?.href !== url || link.textContent !== ref)
    state.replaceChildren(element('a', { href: url, target: '_blank', rel: 'noreferrer', textContent: ref }), element('span'))
  setText(state.lastElementChild, ` ${service}, ${severity}: ${status}`)
  const first = Date.parse(moments[0]?.at)
  const rows = moments.map(({ what, at }) => [what, clock(at), `+${inWords(Date.parse(at) - first)}`])
  if (resolved_at === null) rows.push(['open for', '', inWords(Date.now() - first)])
  showRows(byId('clock'), rows)
}

/** Rows are kept and only what changed in them is written. */
function showRows(dl, rows) {
  dl.hidden = rows.length === 0
  while (dl.children.length > rows.length) dl.lastElementChild.remove()
  while (dl.children.length < rows.length)
    dl.append(element('div', {}, element('dt'), element('dd', {}, element('time'), element('span', { className: 'after' }))))
  for (const [at, [what, time, after]] of rows.entries()) {
    const [dt, dd] = dl.children[at].children
    setText(dt, what)
    setText(dd.firstElementChild, time)
    setText(dd.lastElementChild, after)
  }
}

function setText(node, words) {
  if (node.textContent !== words) node.textContent = words
}

function inWords(ms) {
  const seconds = Math.max(0, Math.round(ms / 1_000))
  if (seconds < 60) return `${seconds} s`
  return seconds < 3_600
    ? `${Math.floor(seconds / 60)} min ${seconds % 60} s`
    : `${Math.floor(seconds / 3_600)} h ${Math.floor((seconds % 3_600) / 60)} min`
}

async function refreshIncident() {
  try {
    const response = await fetch('/phone/incident', { signal: AbortSignal.timeout(5_000) })
    showIncident(await response.json())
  } catch {
    byId('incident-state').textContent = 'The stand-ins do not answer'
  }
}

function post(path, body) {
  return fetch(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
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
    const response = await post('/phone/messages', { body, ...(quoted && { reply_to: quoted.sid }) })
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
document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape' && quoted) quote(null)
})
newest.addEventListener('click', () => {
  showStartOf([...bubbles.keys()].at(-1))
  newest.hidden = true
})
list.addEventListener('scroll', () => {
  if (isAtEnd()) newest.hidden = true
})
document.addEventListener('visibilitychange', () => document.hidden || refresh())
// Also while the page is hidden: its title says how many messages wait.
setInterval(refresh, POLL_MS)
setInterval(() => document.hidden || refreshIncident(), POLL_MS)
await Promise.all([refresh(), refreshIncident()])
text.focus({ preventScroll: true })
