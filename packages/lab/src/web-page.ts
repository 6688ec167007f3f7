import { request } from 'undici'

const ANSWER_WITHIN_MS = 2_000
const MOST_BYTES = 200_000
/** What Debian's Alertmanager serves in place of its web application. */
const STAND_IN_PAGE = /does not include a web\s+application/

/** True when a person who opens this address sees a page; Debian's builds of Prometheus and Alertmanager may have their API only. */
export async function hasWebPage(address: string): Promise<boolean> {
  try {
    const signal = AbortSignal.timeout(ANSWER_WITHIN_MS)
    const first = await request(address, { signal })
    await first.body.dump()
    const { location } = first.headers
    const { statusCode, body } = await request(typeof location === 'string' ? new URL(location, address) : address, { signal })
    const text = (await body.text()).slice(0, MOST_BYTES)
    return statusCode === 200 && !STAND_IN_PAGE.test(text)
  } catch {
    return false
  }
}
