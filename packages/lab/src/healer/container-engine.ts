import { Client } from 'undici'
import type { StoppedContainer } from './decide-start.ts'

/** One container of a Compose project. */
interface ProjectContainer extends StoppedContainer {
  id: string
}

/** What the healer asks of a container engine. https://docs.docker.com/reference/api/engine/ */
export interface ContainerEngine extends AsyncDisposable {
  /** The containers of the project's services, running or not; none of `docker compose run`. */
  list(project: string): Promise<ProjectContainer[]>
  /** Does nothing when it runs. @throws with the engine's words */
  start(id: string): Promise<void>
}

/** The engine behind a Unix socket, `/var/run/docker.sock`. */
export function connectEngine(socketPath: string): ContainerEngine {
  const client = new Client('http://localhost', { socketPath, headersTimeout: 20_000, bodyTimeout: 20_000 })

  async function call(method: 'GET' | 'POST', path: string, query: Record<string, string> = {}): Promise<string> {
    const { statusCode, body } = await client.request({ method, path, query })
    const text = await body.text()
    if (statusCode >= 400) throw new Error(`${method} ${path} answered ${statusCode}: ${text.trim()}`)
    return text
  }

  async function inspect(id: string, service: string): Promise<ProjectContainer> {
    // The engine's documented shape, here and below.
    const { State } = JSON.parse(await call('GET', `/containers/${id}/json`)) as {
      State: { Status: string; ExitCode: number; Error: string }
    }
    return { id, service, status: State.Status, exitCode: State.ExitCode, error: State.Error }
  }

  return {
    async list(project) {
      const filters = JSON.stringify({ label: [`com.docker.compose.project=${project}`, 'com.docker.compose.oneoff=False'] })
      const all = JSON.parse(await call('GET', '/containers/json', { all: 'true', filters })) as {
        Id: string
        Labels: Record<string, string>
      }[]
      return Promise.all(all.map(({ Id, Labels }) => inspect(Id, Labels['com.docker.compose.service'] ?? '')))
    },
    async start(id) {
      await call('POST', `/containers/${id}/start`)
    },
    [Symbol.asyncDispose]: () => client.close(),
  }
}
