/** An answer that was cut off because it is too large. */
export class TooLargeError extends Error {
  override readonly name = 'TooLargeError'
}

/** `fetch` whose answers end with a TooLargeError after so many bytes (after decompression), so that no answer is held whole in memory. */
export function cappedFetch(bytes: number): typeof fetch {
  return async (input, init) => {
    const answer = await fetch(input, init)
    if (!answer.body) return answer
    let seen = 0
    const cap = new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        seen += chunk.length
        if (seen > bytes) controller.error(new TooLargeError(`The answer is larger than ${bytes} bytes`))
        else controller.enqueue(chunk)
      },
    })
    return new Response(answer.body.pipeThrough(cap), { status: answer.status, statusText: answer.statusText, headers: answer.headers })
  }
}
