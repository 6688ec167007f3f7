import { connect } from 'node:net'

/** Whether somebody takes a connection there, within two seconds. */
export function connects(host: string, port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect({ host, port, timeout: 2_000 })
    const end = (connected: boolean) => {
      socket.destroy()
      done(connected)
    }
    socket
      .on('connect', () => end(true))
      .on('error', () => end(false))
      .on('timeout', () => end(false))
  })
}
