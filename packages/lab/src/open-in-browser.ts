import { spawn } from 'node:child_process'

const OPENERS: Partial<Record<NodeJS.Platform, string>> = { linux: 'xdg-open', darwin: 'open' }

/** Opens an address in the person's browser; says so where nothing can. */
export function openInBrowser(address: string, say: (line: string) => void): void {
  const opener = OPENERS[process.platform]
  if (!opener) {
    say(`Open ${address} in a browser.`)
    return
  }
  const child = spawn(opener, [address], { stdio: 'ignore', detached: true })
  child.once('error', () => say(`${opener} was not found; open ${address} in a browser.`))
  child.unref()
}
