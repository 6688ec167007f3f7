/**
 * Runs in the page of another origin. `body` is what the route would take from its own callers. Sends a request in every way in which a page can send without asking first (each
 * simple content type, none, a beacon, forms with each encoding, elements that load) and in those that ask. Never rejects.
 */
globalThis.attackFromPage = async ({ method, url, body }) => {
  const signal = () => AbortSignal.timeout(2_000)
  const JSON_HEADERS = { 'content-type': 'application/json' }
  const form = new FormData()
  form.set('body', body)
  const simple = ['text/plain', 'application/x-www-form-urlencoded', 'application/json'].map((type) => ({
    body: new Blob([body], { type }),
  }))
  const bodies = [{}, { body: '' }, { body: new Blob([body]) }, { body: new URLSearchParams({ body }) }, { body: form }, ...simple]
  const quietly = async (send) => {
    try {
      await send()
    } catch {
      // Refused by the browser or the server: what counts is what changed.
    }
  }
  if (method === 'POST') {
    for (const init of bodies) {
      await quietly(() => fetch(url, { method, mode: 'no-cors', credentials: 'include', signal: signal(), ...init }))
      await quietly(() => fetch(url, { method, mode: 'cors', signal: signal(), ...init }))
    }
    await quietly(() => navigator.sendBeacon(url))
    await quietly(() => navigator.sendBeacon(url, new Blob([body], { type: 'text/plain' })))
    for (const enctype of ['application/x-www-form-urlencoded', 'multipart/form-data', 'text/plain'])
      await quietly(() => submitForm(enctype))
  }
  await quietly(() => fetch(url, { method, mode: 'cors', signal: signal(), headers: JSON_HEADERS, body }))
  await quietly(() =>
    fetch(url, {
      method,
      mode: 'cors',
      credentials: 'include',
      referrerPolicy: 'no-referrer',
      signal: signal(),
      headers: JSON_HEADERS,
      body,
    }),
  )
  await quietly(() => fetch(url, { method, mode: 'cors', signal: signal() }))
  // A method override that some servers know.
  await quietly(() => fetch(`${url}?_method=${method}`, { method: 'POST', mode: 'no-cors', signal: signal(), body }))

  /** A form whose text/plain encoding reads as JSON: `{"a":1,"x":"=`. */
  async function submitForm(enctype) {
    const frame = document.createElement('iframe')
    frame.name = `target${Math.random()}`
    const element = document.createElement('form')
    Object.assign(element, { action: url, method: 'post', enctype, target: frame.name })
    const field = document.createElement('textarea')
    field.name = body
    field.value = ''
    element.append(field)
    document.body.append(frame, element)
    const loaded = new Promise((done) => frame.addEventListener('load', done, { once: true }))
    element.submit()
    await Promise.race([loaded, new Promise((done) => setTimeout(done, 1_000))])
    frame.remove()
    element.remove()
  }
}

/** Loads an address as an image, a script, a style sheet and a frame: what is read so may change nothing either. Runs in the page. */
globalThis.loadFromPage = async (urls) => {
  await Promise.all(
    urls.flatMap((url) =>
      ['img', 'script', 'link', 'iframe'].map(
        (tag) =>
          new Promise((done) => {
            const element = document.createElement(tag)
            if (tag === 'link') Object.assign(element, { rel: 'stylesheet', href: url })
            else Object.assign(element, { src: url })
            element.addEventListener('load', () => done())
            element.addEventListener('error', () => done())
            setTimeout(done, 2_000)
            document.body.append(element)
          }),
      ),
    ),
  )
}
