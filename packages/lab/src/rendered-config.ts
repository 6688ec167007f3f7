import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { AddressBook } from './address-book.ts'
import { agentToken } from './agent-access.ts'
import { shortenPace } from './clock/shorten-monitoring.ts'
import { shortenRules } from './clock/shorten-rules.ts'
import type { Lab } from './lab.ts'

const MONITORING_FILES = ['prometheus.yaml', 'alerts.yaml', 'alertmanager.yaml']

/** The same text with the ports of `127.0.0.1:<port>` shifted; anything that is no port of the lab stays. */
export function shiftPorts(text: string, book: AddressBook): string {
  return text.replaceAll(/(127\.0\.0\.1:)(\d+)/g, (whole, host: string, port: string) => {
    const shifted = book.shift(Number(port))
    return shifted === null ? whole : `${host}${shifted}`
  })
}

/**
 * Writes the monitoring files with shifted ports, and for the fast clock with shorter times, into the lab's directory; at offset 0 and on the usual clock
 * the originals are used. With AGENT_TOKEN, Alertmanager's holds it.
 */
export function renderMonitoring(lab: ConfiguredLab): void {
  const { book, directory, env, clock } = lab
  const target = dirname(directory.prometheusConfig)
  const shorten = (name: string, text: string) => (name === 'alerts.yaml' ? shortenRules(text) : shortenPace(text))
  const read = (name: string) => {
    const text = shiftPorts(readFileSync(join(directory.root, name), 'utf8'), book)
    return clock === 'fast' ? shorten(name, text) : text
  }
  if (target !== directory.root) {
    mkdirSync(target, { recursive: true })
    for (const name of MONITORING_FILES) writeFileSync(join(target, name), read(name))
  }
  const token = agentToken(env)
  if (token === undefined) return
  mkdirSync(directory.state, { recursive: true })
  writeFileSync(alertmanagerConfig(lab), withToken(read('alertmanager.yaml'), token), { mode: 0o600 })
}

type ConfiguredLab = Pick<Lab, 'book' | 'directory' | 'env' | 'clock'>

/** The file that Alertmanager is started with. */
export function alertmanagerConfig({ directory, env }: Pick<Lab, 'directory' | 'env'>): string {
  return agentToken(env) === undefined ? directory.alertmanagerConfig : join(directory.state, 'alertmanager-with-token.yaml')
}

/** Alertmanager shows the token to every webhook that it calls; all of them are the agent's. */
function withToken(config: string, token: string): string {
  return config.replaceAll(
    /^( *)http_config:\n/gm,
    (line, indent: string) => `${line}${indent}  authorization: { credentials: ${JSON.stringify(token)} }\n`,
  )
}
