import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { AddressBook } from './address-book.ts'
import type { LabDirectory } from './lab-directory.ts'

const MONITORING_FILES = ['prometheus.yaml', 'alerts.yaml', 'alertmanager.yaml']

/** The same text with the ports of `127.0.0.1:<port>` shifted; anything that is no port of the lab stays. */
export function shiftPorts(text: string, book: AddressBook): string {
  return text.replaceAll(/(127\.0\.0\.1:)(\d+)/g, (whole, host: string, port: string) => {
    const shifted = book.shift(Number(port))
    return shifted === null ? whole : `${host}${shifted}`
  })
}

/** Writes the monitoring files with shifted ports into the lab's directory; at offset 0 the originals are used and nothing is written. */
export function renderMonitoring(book: AddressBook, directory: LabDirectory): void {
  const target = dirname(directory.prometheusConfig)
  if (target === directory.root) return
  mkdirSync(target, { recursive: true })
  for (const name of MONITORING_FILES) writeFileSync(join(target, name), shiftPorts(readFileSync(join(directory.root, name), 'utf8'), book))
}
