import { notFound } from '@oncall-lab/service-kit/errors'
import type { Service } from '@oncall-lab/service-kit/service'
import { Type } from 'typebox'
import type { Cluster } from './cluster.ts'

/** `POST /stand-ins/kubernetes/node`: lets a node of the cluster fall silent, as when its kubelet is gone, or report again. */
const NodeSwitch = Type.Object(
  { name: Type.String({ minLength: 1, maxLength: 63 }), reports: Type.Boolean() },
  { additionalProperties: false },
)

/** What people can break in the cluster; the agent reaches none of it. */
export async function kubernetesSwitchRoutes(app: Service, { cluster }: { cluster: Cluster }): Promise<void> {
  app.post('/stand-ins/kubernetes/node', { schema: { body: NodeSwitch } }, ({ body: { name, reports } }) => {
    if (!cluster.setReporting(name, reports))
      throw notFound(`body.name: there is no node ${JSON.stringify(name)}; \`kubectl get nodes\` lists them`)
    return { name, reports }
  })
}
