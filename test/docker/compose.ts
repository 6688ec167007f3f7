import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** What a command printed, and its exit status. */
export interface Outcome {
  code: number
  stdout: string
  stderr: string
}

/** What `docker inspect` tells about a container, as far as the tests read it. */
export interface Container {
  Id: string
  RestartCount: number
  State: { Status: string; Pid: number; Health?: { Status: string } }
  Config: { User: string; Labels: Record<string, string> }
  HostConfig: {
    Memory: number
    ReadonlyRootfs: boolean
    CapDrop: string[] | null
    SecurityOpt: string[] | null
    RestartPolicy: { Name: string }
    LogConfig: { Type: string; Config: Record<string, string> }
    PortBindings: Record<string, { HostIp: string; HostPort: string }[] | null> | null
  }
}

/** Runs docker with the repository as its directory; never rejects. */
export function docker(...args: string[]): Promise<Outcome> {
  return new Promise((done) => {
    execFile('docker', args, { cwd: ROOT, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) =>
      done({ code: error ? (typeof error.code === 'number' ? error.code : 1) : 0, stdout, stderr }),
    )
  })
}

/** As `docker`. @throws with everything that was printed, unless the exit status is 0. */
export async function mustDocker(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await docker(...args)
  if (code !== 0) throw new Error(`docker ${args.join(' ')} ended with ${code}\n${stdout}\n${stderr}`)
  return stdout
}

/** The lab of docker-compose.yaml, or of several such files, under a project name of its own. */
export class ComposeProject {
  readonly name: string
  readonly #options: string[]

  constructor(name: string, files = ['docker-compose.yaml']) {
    this.name = name
    this.#options = ['--project-name', name, ...files.flatMap((file) => ['--file', file])]
  }

  /** The arguments of docker for docker compose …. */
  arguments(...args: string[]): string[] {
    return ['compose', ...this.#options, ...args]
  }

  /** docker compose …; never rejects. */
  try(...args: string[]): Promise<Outcome> {
    return docker(...this.arguments(...args))
  }

  /** docker compose …. @throws unless the exit status is 0. */
  run(...args: string[]): Promise<string> {
    return mustDocker(...this.arguments(...args))
  }

  /** Every container of the services, running or not, by service; those of `docker compose run` are not among them. */
  async containers(): Promise<Map<string, Container>> {
    const ids = await mustDocker(
      ...['ps', '--all', '--quiet', '--filter', `label=com.docker.compose.project=${this.name}`],
      ...['--filter', 'label=com.docker.compose.oneoff=False'],
    )
    if (ids.trim() === '') return new Map()
    const all = JSON.parse(await mustDocker('inspect', ...ids.trim().split('\n'))) as Container[] // Docker's documented shape.
    return new Map(all.map((container) => [container.Config.Labels['com.docker.compose.service'] ?? '', container]))
  }

  async container(service: string): Promise<Container> {
    const found = (await this.containers()).get(service)
    if (!found) throw new Error(`There is no container of ${service}`)
    return found
  }

  /** Ends the service's main process as a crash does: by SIGKILL, past Docker, so that the restart policy applies. */
  async crash(service: string): Promise<void> {
    const { State } = await this.container(service)
    await mustDocker('run', '--rm', '--pid=host', '--user=0', '--entrypoint=sh', 'oncall-lab', '-c', `kill -9 ${State.Pid}`)
  }

  /** The services that are not running and healthy. */
  async ailing(): Promise<string[]> {
    const containers = [...(await this.containers())]
    return containers.flatMap(([service, { State }]) =>
      State.Status === 'running' && (State.Health?.Status ?? 'healthy') === 'healthy' ? [] : [service],
    )
  }

  /** The address that is published for a port of the pod. */
  async address(port: number): Promise<string> {
    return `http://${(await this.run('port', 'pod', String(port))).trim()}`
  }
}
