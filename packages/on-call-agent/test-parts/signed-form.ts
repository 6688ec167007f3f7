import { createHmac } from 'node:crypto'
import type { Service } from '@oncall-lab/service-kit/service'
import { AUTH_TOKEN, PUBLIC_URL } from './agent-app.ts'

/** As Twilio documents it: base64(HMAC-SHA1(token, url + each key and value, by key)). */
export function signForm(path: string, params: Record<string, string>, { token = AUTH_TOKEN, url = `${PUBLIC_URL}${path}` } = {}): string {
  const text = Object.keys(params)
    .sort()
    .reduce((all, key) => `${all}${key}${params[key]}`, url)
  return createHmac('sha1', token).update(text).digest('base64')
}

/** Posts a form as Twilio does, through the public name; an empty signature is none. */
export function postForm(app: Service, path: string, params: Record<string, string>, signature = signForm(path, params), headers = {}) {
  return app.inject({
    method: 'POST',
    url: path,
    headers: {
      host: new URL(PUBLIC_URL).host,
      'content-type': 'application/x-www-form-urlencoded',
      ...(signature !== '' && { 'x-twilio-signature': signature }),
      ...headers,
    },
    payload: new URLSearchParams(params).toString(),
  })
}
