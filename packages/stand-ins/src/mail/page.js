// The mailbox's page: shows what GET /mail/messages says.

const list = document.getElementById('mails')
const state = document.getElementById('state')
let newest = 0

function element(name, textContent) {
  return Object.assign(document.createElement(name), { textContent })
}

function show({ id, at, from, to, subject, text }) {
  const item = document.createElement('li')
  const when = new Date(at).toLocaleString()
  item.append(element('h2', subject), element('p', `${from} to ${to.join(', ')}, ${when}`), element('pre', text))
  newest = Math.max(newest, id)
  return item
}

async function refresh() {
  try {
    const { messages } = await (await fetch('/mail/messages', { signal: AbortSignal.timeout(5_000) })).json()
    const news = messages.filter(({ id }) => id > newest)
    list.prepend(...news.map(show))
    state.textContent = messages.length === 0 ? 'No mail yet' : `${messages.length} mail${messages.length === 1 ? '' : 's'}`
  } catch {
    state.textContent = 'The stand-ins do not answer'
  }
}

setInterval(refresh, 2_000)
await refresh()
