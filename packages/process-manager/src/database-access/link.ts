import { once } from 'node:events'
import { connect, createServer, type Server, Socket } from 'node:net'
import { type Direction, forward, type LinkState } from './forward.ts'

interface Address {
  host: string
  port: number
}

interface Pair {
  caller: Socket
  /** Calls the server, unless that was done or the link is cut. */
  call(): void
  ways: Direction[]
}

const WELL: LinkState = { delayMs: 0, isCut: false }
const LOOK_AGAIN_MS = 200

/**
 * The way from one instance to its database: a TCP proxy of its own. While it is well it is as good as the direct way: a server that refuses is refused here too, and an
 * end or a reset goes through. A new state holds for what is under way as well.
 */
export class DatabaseLink implements AsyncDisposable {
  readonly #target: Address
  readonly #state: LinkState = { ...WELL }
  readonly #pairs = new Set<Pair>()
  readonly #server: Server
  #address: Address = { host: '', port: 0 }
  #timer: NodeJS.Timeout | undefined
  #isClosed = false

  private constructor(target: Address) {
    this.#target = target
    // Either side may close its half first, as without us.
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (caller) => this.#take(caller))
    this.#server.on('error', () => this.#listenLater())
  }

  /** Listens on `host` at the database's own port, so that an instance's messages name that port; where that cannot be, on any port of this machine. */
  static async open(target: Address, host: string): Promise<DatabaseLink> {
    const link = new DatabaseLink(target)
    if ((await link.#listen({ host, port: target.port })) || (await link.#listen({ host: '127.0.0.1', port: 0 }))) return link
    throw new Error(`nothing can be listened on for the way to ${target.host}:${target.port}`)
  }

  /** Where the instance connects to. */
  get address(): Address {
    return this.#address
  }

  /** What is missing is as on a link that is well. */
  set(state: Partial<LinkState>): void {
    Object.assign(this.#state, WELL, state)
    for (const { call, ways } of this.#pairs) {
      call()
      for (const way of ways) way.wake()
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true
    clearTimeout(this.#timer)
    for (const { caller } of this.#pairs) caller.destroy()
    if (!this.#server.listening) return
    this.#server.close()
    await once(this.#server, 'close')
  }

  #listen(at: Address): Promise<boolean> {
    return new Promise((resolve) => {
      const settle = (isUp: boolean) => {
        this.#server.off('error', failed).off('listening', listening)
        const bound = this.#server.address()
        if (isUp && bound && typeof bound === 'object') this.#address = { host: bound.address, port: bound.port }
        resolve(isUp)
      }
      const [failed, listening] = [() => settle(false), () => settle(true)]
      this.#server.once('error', failed).once('listening', listening).listen(at)
    })
  }

  #take(caller: Socket): void {
    const server = new Socket({ allowHalfOpen: true })
    let isCalled = false
    const call = () => {
      if (isCalled || this.#state.isCut) return
      isCalled = true
      server.connect(this.#target).setNoDelay(true)
    }
    const pair = { caller, call, ways: [forward(caller, server, this.#state), forward(server, caller, this.#state)] }
    this.#pairs.add(pair)
    caller.on('error', () => server.destroy())
    // Who gave up before anybody was called need not be called for.
    caller.once('end', () => isCalled || caller.destroy())
    caller.once('close', () => {
      this.#pairs.delete(pair)
      server.destroy()
    })
    server.once('error', (error) => this.#hasFailed(caller, error))
    call()
  }

  /** The caller finds what it would have found at the server. */
  #hasFailed(caller: Socket, error: Error): void {
    caller.resetAndDestroy()
    if ('code' in error && error.code === 'ECONNREFUSED') this.#refuse()
  }

  /** Nobody listens there, so nobody listens here until somebody does. */
  #refuse(): void {
    if (this.#isClosed || !this.#server.listening) return
    this.#server.close()
    this.#listenLater()
  }

  #listenLater(): void {
    if (this.#isClosed || this.#address.port === 0) return
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#lookAgain(), LOOK_AGAIN_MS).unref()
  }

  #lookAgain(): void {
    const look = connect(this.#target)
    look.once('error', () => this.#listenLater())
    look.once('connect', () => {
      look.destroy()
      if (!this.#isClosed && !this.#server.listening) this.#server.listen(this.#address)
    })
  }
}
