import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import ssh2 from 'ssh2'

/** The machine's host key and the agent's key, made at the first start and kept: private parts in PEM, public ones as `ssh-ed25519 AAAA…`. */
export interface MachineKeys {
  host: { private: string; public: string }
  agent: { file: string; public: string }
}

export function loadKeys(directory: string): MachineKeys {
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const load = (name: string) => {
    const file = join(directory, name)
    if (!existsSync(file) || !existsSync(`${file}.pub`)) {
      const pair = ssh2.utils.generateKeyPairSync('ed25519')
      writeFileSync(file, pair.private, { mode: 0o600 })
      writeFileSync(`${file}.pub`, `${pair.public}\n`)
    }
    return { file, private: readFileSync(file, 'utf8'), public: readFileSync(`${file}.pub`, 'utf8').trim() }
  }
  const [host, agent] = [load('host_key'), load('agent_key')]
  return { host: { private: host.private, public: host.public }, agent: { file: agent.file, public: agent.public } }
}
