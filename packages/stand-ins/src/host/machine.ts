import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { sizeOf } from './disk.ts'
import { createJournal, type Journal } from './journal.ts'
import { MACHINE, PLACES } from './places.ts'

/** A small machine in a folder: what its programs see as `/` is `root`. */
export interface Machine {
  root: string
  journal: Journal
  bootedAt: number
  now: () => number
  /** The real place of a path of the machine; undefined for one that leads out of it. */
  inside(path: string): string | undefined
  usedBytes(): number
}

/** Lays out what is missing in the folder; what is there stays as it was left. */
export function openMachine(root: string, { webPort, now }: { webPort: number; now: () => number }): Machine {
  const machine: Machine = {
    root,
    journal: createJournal(now),
    bootedAt: now(),
    now,
    inside(path) {
      if (!path.startsWith('/') || path.includes('\0')) return undefined
      return join(root, normalize(path))
    },
    usedBytes: () => sizeOf(root),
  }
  const configuration = `# The web server of ${MACHINE}.\nlisten 127.0.0.1:${webPort};\nroot /var/www;\naccess_log ${PLACES.accessLog};\n`
  // The port is this start's; what is saved is what works now.
  write(machine, PLACES.configuration, configuration)
  write(machine, PLACES.saved, configuration)
  write(machine, PLACES.rotation, `${PLACES.accessLog} {\n  rotate 1\n  compress\n}\n`)
  write(machine, PLACES.page, `<!doctype html><title>${MACHINE}</title><h1>${MACHINE}</h1><p>The shop window is open.</p>\n`)
  write(machine, PLACES.accessLog, '')
  write(machine, `${PLACES.cache}/page-1`, 'x'.repeat(40_000))
  return machine
}

function write(machine: Machine, path: string, content: string): void {
  const real = machine.inside(path) ?? ''
  mkdirSync(dirname(real), { recursive: true })
  writeFileSync(real, content)
}
