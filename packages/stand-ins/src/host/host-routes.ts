import type { Service } from '@oncall-lab/service-kit/service'
import { HostBreakRequest, HostState } from '../api.ts'
import { MACHINE } from './places.ts'
import type { RunningHost } from './start-host.ts'

/** What people can break on the machine; the agent reaches none of it. */
export async function hostRoutes(app: Service, { host }: { host: RunningHost }): Promise<void> {
  const state = () => ({
    host: MACHINE,
    service: host.unit.state.active,
    ssh_port: host.ports.ssh,
    page: `http://127.0.0.1:${host.ports.web}/`,
  })
  app.get('/stand-ins/host', { schema: { response: { 200: HostState } } }, state)
  app.post('/stand-ins/host/break', { schema: { body: HostBreakRequest, response: { 200: HostState } } }, async ({ body }) => {
    await host.breakages.break(body.what)
    return state()
  })
  app.post('/stand-ins/host/mend', { schema: { response: { 200: HostState } } }, async () => {
    await host.breakages.mend()
    return state()
  })
}
