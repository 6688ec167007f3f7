import { once } from 'node:events'
import { Agent, get, type IncomingMessage } from 'node:http'

/** Far more than a list of backends needs. */
const BYTES_AT_MOST = 1_048_576
const kept = new Agent({ keepAlive: true, timeout: 4_000 })

/**
 * The JSON that is answered with 200 to a GET. It uses the HTTP client that the active probes use: undici would be 7 MB of this process.
 * @throws Error when there is no such answer within the time.
 */
export async function readJson(url: string, withinMs: number, stop: AbortSignal): Promise<unknown> {
  const signal = AbortSignal.any([stop, AbortSignal.timeout(withinMs)])
  const [answer] = (await once(get(url, { agent: kept, signal }), 'response')) as [IncomingMessage]
  const text = await readText(answer)
  if (answer.statusCode !== 200) throw new Error(`it answered with ${answer.statusCode}: ${text.slice(0, 300)}`)
  return JSON.parse(text)
}

async function readText(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > BYTES_AT_MOST) throw new Error(`it answered with more than ${BYTES_AT_MOST} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
