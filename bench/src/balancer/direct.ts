import type { Contender } from '../contender.ts'

/** No proxy at all: the first backend. What it takes is the load's own part of every figure. */
export const direct: Contender = {
  name: 'direct',
  whyAbsent: () => undefined,
  start: async ({ backends: [url = ''] }) => ({ url, pid: 0, async [Symbol.asyncDispose]() {} }),
}
