// The gateway in a thread of its own, which says how long its event loop was held since it was asked last.
import { parentPort, workerData } from 'node:worker_threads'
import { Registry } from 'prom-client'
import { createRemoteAgents } from '../src/a2a/remote-agents.ts'
import { createAgentClient } from '../src/agent-client.ts'
import { buildApp } from '../src/app.ts'
import { createCallbacks } from '../src/callbacks/callbacks.ts'
import { readCallbackPolicy } from '../src/callbacks/decide-callback.ts'

/** Since it was asked last: the longest turn of the loop by the clock and by the thread's CPU, and the CPU of all of it, in milliseconds. */
export interface Held {
  heldMs: number
  heldCpuMs: number
  cpuMs: number
}

const TURN_MS = 5

const app = await buildApp({
  registry: new Registry(),
  agent: createAgentClient({ url: String(workerData), pollMs: 20 }),
  callbacks: createCallbacks({ policy: readCallbackPolicy('loopback'), secret: 'a-secret-for-callbacks' }),
  remote: createRemoteAgents({ entries: [] }),
  publicUrl: 'http://127.0.0.1:8091',
  logLevel: 'silent',
})
const url = await app.listen({ host: '127.0.0.1', port: 0 })

const cpuNow = () => {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1_000
}
let last = { at: performance.now(), cpu: cpuNow() }
let most = { heldMs: 0, heldCpuMs: 0 }
let began = cpuNow()
setInterval(() => {
  const now = { at: performance.now(), cpu: cpuNow() }
  most = { heldMs: Math.max(most.heldMs, now.at - last.at - TURN_MS), heldCpuMs: Math.max(most.heldCpuMs, now.cpu - last.cpu) }
  last = now
}, TURN_MS)
parentPort?.on('message', () => {
  const cpu = cpuNow()
  parentPort?.postMessage({ ...most, cpuMs: cpu - began } satisfies Held)
  most = { heldMs: 0, heldCpuMs: 0 }
  began = cpu
})
parentPort?.postMessage(url)
