import type { IncidentList, IncidentSummary } from '@oncall-lab/on-call-agent/api'
import { until } from '@oncall-lab/test-kit/until'
import type { ComposeProject } from './compose.ts'

/** The lab of a Compose project as its user meets it: through the published ports. */
export class LabFromOutside {
  readonly #project: ComposeProject

  constructor(project: ComposeProject) {
    this.#project = project
  }

  /** JSON from a part, named by its port in the pod. @throws for any other status than 2xx. */
  async get<T>(port: number, path: string): Promise<T> {
    const reply = await fetch((await this.#project.address(port)) + path)
    if (!reply.ok) throw new Error(`GET ${path} at port ${port}: ${reply.status} ${await reply.text()}`)
    return (await reply.json()) as T // Each caller names the documented shape.
  }

  /** @throws unless every instance takes the fault. */
  async setFault(fault: object): Promise<void> {
    const headers = { 'content-type': 'application/json' }
    const reply = await fetch(`${await this.#project.address(7070)}/fault`, { method: 'POST', headers, body: JSON.stringify(fault) })
    if (!reply.ok) throw new Error(`POST /fault: ${reply.status} ${await reply.text()}`)
  }

  async backends(): Promise<string[]> {
    return (await this.get<{ backends: string[] }>(7070, '/backends')).backends
  }

  async incidents(): Promise<IncidentSummary[]> {
    return (await this.get<IncidentList>(8088, '/api/incidents')).incidents
  }

  /** Waits for an incident, also while parts of the lab are away. */
  untilIncident(what: string, fits: (incident: IncidentSummary) => boolean, seconds: number): Promise<IncidentSummary> {
    return until(what, async () => (await this.incidents().catch(() => [])).find(fits), seconds)
  }

  /** Waits until every container is healthy, the shop answers and Prometheus reaches every target. */
  async untilRecovered(seconds = 60): Promise<void> {
    await until('every container to be healthy', async () => (await this.#project.ailing()).length === 0, seconds)
    await until('the shop to answer and every target to be up', () => this.#works().catch(() => false), seconds)
  }

  async #works(): Promise<boolean> {
    const { data } = await this.get<{ data: { activeTargets: { health: string }[] } }>(9090, '/api/v1/targets')
    const shop = await fetch(`${await this.#project.address(9000)}/items/1`)
    return shop.ok && (await this.backends()).length === 2 && data.activeTargets.every(({ health }) => health === 'up')
  }
}
