import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '@oncall-lab/test-kit/free-port'

interface Options {
  /** The program. */
  program: string
  /** For its configuration and its state, which a restart takes up. */
  folder: string
  /** Where it posts. */
  webhook: string
  repeatInterval?: string
  /** The ports under which a cluster's members know each other, its own first; alone without. */
  cluster?: number[]
}

/** A real Alertmanager with short intervals, on one port, that can be ended, frozen and started again. */
export async function startRealAlertmanager({ program, folder, webhook, repeatInterval = '4h', cluster = [] }: Options) {
  mkdirSync(folder, { recursive: true })
  const config = join(folder, 'alertmanager.yaml')
  writeFileSync(
    config,
    `route: { receiver: agent, group_by: [alertname, service], group_wait: 500ms, group_interval: 1s, repeat_interval: ${repeatInterval} }
receivers: [{ name: agent, webhook_configs: [{ url: '${webhook}/alerts', send_resolved: true }] }]
`,
  )
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const args = [
    `--config.file=${config}`,
    `--storage.path=${join(folder, 'state')}`,
    `--web.listen-address=127.0.0.1:${port}`,
    // As the lab has it: by it the agent knows whose an alert is, before it has asked for the first time.
    `--web.external-url=${url}`,
    ...clusterFlags(cluster),
  ]
  let child: ChildProcess | undefined
  let ended: Promise<unknown> = Promise.resolve()
  process.once('exit', () => child?.kill('SIGKILL'))

  const isReady = () =>
    fetch(`${url}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    )
  const start = async () => {
    child = spawn(program, args, { stdio: 'ignore' })
    ended = once(child, 'exit')
    for (const end = Date.now() + 60_000; !(await isReady()); await sleep(50))
      if (Date.now() > end) throw new Error('Alertmanager was not ready within 60 s')
  }
  await start()
  return {
    url,
    start,
    /** SIGKILL or SIGTERM, and waits for its end; SIGSTOP and SIGCONT come back at once. */
    async signal(signal: NodeJS.Signals) {
      child?.kill(signal)
      if (signal === 'SIGKILL' || signal === 'SIGTERM') await ended
    },
    async [Symbol.asyncDispose]() {
      child?.kill('SIGKILL')
      await ended
    },
  }
}

/** Members that wait for each other as briefly as they talk quickly; usual are 15 s and 200 ms. */
function clusterFlags([own, ...others]: number[]): string[] {
  if (own === undefined) return ['--cluster.listen-address=']
  return [
    `--cluster.listen-address=127.0.0.1:${own}`,
    ...others.map((port) => `--cluster.peer=127.0.0.1:${port}`),
    '--cluster.peer-timeout=2s',
    '--cluster.gossip-interval=100ms',
    '--cluster.reconnect-interval=1s',
  ]
}
