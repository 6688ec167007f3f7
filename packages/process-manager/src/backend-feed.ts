import { setTimeout } from 'node:timers/promises'
import type { BackendList } from './api.ts'

/** Somebody whose question is held. */
interface Waiter {
  answer: () => void
}

const ACKNOWLEDGED_WITHIN_MS = 2_000
/** Between an answer and the next question of one who asks all the time. */
const BETWEEN_QUESTIONS_MS = 1_000
/** Answers that are held at a time; more are given at once. */
const MOST_WAITERS = 50

/**
 * The list of backends and who uses which version of it. Questions are held until the list changes (Consul's blocking queries); each names the version that its
 * asker uses already. Versions begin at the Unix time in ms, so that one of an earlier process manager is never taken for one of ours.
 */
export class BackendFeed {
  #version = Date.now()
  #backends: readonly string[] = []
  #settings: NonNullable<BackendList['settings']> = {}
  readonly #waiters = new Set<Waiter>()
  /** For each question that was open, or about to come, when the list last changed, one acknowledgement is to come. */
  #owed = 0
  #lastQuestionAt = Number.NEGATIVE_INFINITY
  #acknowledged = Promise.withResolvers<void>()
  #isClosed = false

  current(): BackendList {
    const settings = Object.keys(this.#settings).length > 0 && { settings: this.#settings }
    return { backends: [...this.#backends], version: this.#version, ...settings }
  }

  /** A list like the last one changes nothing. */
  publish(backends: readonly string[]): void {
    if (backends.join() === this.#backends.join()) return
    this.#backends = backends
    this.#announce()
  }

  /** What the balancer is to do differently than usual, as a whole. */
  configure(settings: NonNullable<BackendList['settings']>): void {
    this.#settings = settings
    this.#announce()
  }

  #announce(): void {
    this.#version += 1
    const soon = performance.now() - this.#lastQuestionAt < BETWEEN_QUESTIONS_MS ? 1 : 0
    if (this.#owed === 0) this.#acknowledged = Promise.withResolvers()
    this.#owed = Math.max(this.#owed, this.#waiters.size, soon)
    for (const { answer } of this.#waiters) answer()
  }

  /** Resolves with the list when it is another one than `after`, when the time is over, or when `signal` is aborted. */
  async next(after: number, waitSeconds: number, signal: AbortSignal): Promise<BackendList> {
    this.#lastQuestionAt = performance.now()
    if (after !== this.#version) return this.current()
    this.#acknowledge()
    if (this.#isClosed || this.#waiters.size >= MOST_WAITERS) return this.current()
    const changed = Promise.withResolvers<void>()
    const waiter = { answer: () => changed.resolve() }
    this.#waiters.add(waiter)
    const over = new AbortController()
    const late = setTimeout(waitSeconds * 1_000, undefined, { signal: AbortSignal.any([signal, over.signal]) }).catch(() => undefined)
    await Promise.race([changed.promise, late])
    over.abort()
    this.#waiters.delete(waiter)
    this.#lastQuestionAt = signal.aborted ? Number.NEGATIVE_INFINITY : performance.now()
    return this.current()
  }

  /** Resolves when everybody who asks has the present list in use, true; after 2 s, false. At once when nobody asks. */
  async acknowledged(): Promise<boolean> {
    if (this.#owed === 0 || this.#isClosed) return true
    const over = new AbortController()
    const late = setTimeout(ACKNOWLEDGED_WITHIN_MS, false, { signal: over.signal }).catch(() => false)
    const isIn = await Promise.race([this.#acknowledged.promise.then(() => true), late])
    over.abort()
    // Whoever does not come back is not waited for again.
    if (!isIn) this.#owed = 0
    return isIn
  }

  /** Answers all questions at once from now on. */
  close(): void {
    this.#isClosed = true
    for (const { answer } of this.#waiters) answer()
  }

  #acknowledge(): void {
    if (this.#owed === 0) return
    this.#owed -= 1
    if (this.#owed === 0) this.#acknowledged.resolve()
  }
}
