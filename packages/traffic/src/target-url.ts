import { OPEN_FLAGS } from './number-flags.ts'

/** The load balancer's, without an offset. */
export const DEFAULT_PORT = 9_000

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/

/** The lab's load balancer by the offset's flag or variable, or what is wrong with the variable. */
export function defaultUrl(flag: number | undefined, variable: string | undefined): string | { problem: string } {
  if (flag !== undefined || !variable) return `http://127.0.0.1:${DEFAULT_PORT + (flag ?? 0)}`
  const offset = Number(variable)
  const { max } = OPEN_FLAGS.portOffset
  if (Number.isInteger(offset) && offset >= 0 && offset <= max) return `http://127.0.0.1:${DEFAULT_PORT + offset}`
  return { problem: `LAB_PORT_OFFSET is ${JSON.stringify(variable)}. Expected an integer from 0 to ${max}.` }
}

/** Why this cannot be the target; undefined when it can. Only this machine, unless `allowRemote`. */
export function whyBadUrl(text: string, allowRemote: boolean): string | undefined {
  const url = URL.parse(text)
  if (url?.protocol !== 'http:' || url.pathname !== '/' || url.search || url.hash || url.username)
    return `argument '${text}' is invalid. Expected http://host:port without a path.`
  if (!allowRemote && !LOOPBACK.test(url.hostname))
    return `names ${url.hostname}, which is not this machine. If you may load it, add --allow-remote.`
  return undefined
}
