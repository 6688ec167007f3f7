import { clusterLooks, reportingNode, runningPod } from '../../test-parts/simulated-cluster.ts'
import { course } from '../../test-parts/simulated-metrics.ts'
import type { Scene } from '../scene.ts'
import { ago, alertOf, since } from '../setting.ts'
import { wholeShop } from './whole-shop.ts'

/** What a cluster shows. */
export const STRANGE_CLUSTER: readonly Scene[] = [
  {
    id: 'a node of the cluster without disk puts the shop out',
    play: (setting) => {
      const at = { ...setting, instances: setting.instances.slice(0, 1) } // The two others are no more.
      return {
        world: wholeShop(at, {
          alerts: [alertOf(at, 'PodsNotReady', '2 of 3 pods are not ready', { labels: { namespace: 'shop' } })],
          rule: {
            expression: 'sum(kube_pod_status_ready{namespace="shop",condition="false"}) > 0',
            threshold: '> 0',
            course: [course({}, 360, since(at, 2, 0))],
          },
          looks: clusterLooks({
            pods: [
              runningPod('shop-5d9-a'),
              ...['b', 'c'].map((end) =>
                runningPod(`shop-5d9-${end}`, {
                  ...{ phase: 'Failed', ready: '0/1', node: 'node-2', reason: 'Evicted' },
                  why: 'The node was low on resource: ephemeral-storage.',
                }),
              ),
            ],
            nodes: [
              reportingNode('node-1'),
              reportingNode('node-2', { taints: ['node.kubernetes.io/disk-pressure:NoSchedule'], since: ago(at.began) }),
            ],
            events: [
              {
                ...{ object: 'Pod/shop-5d9-b', type: 'Warning', reason: 'Evicted', count: 1, last: ago(at.began - 4) },
                message:
                  'The node was low on resource: ephemeral-storage. Threshold quantity: 2139512454, available: 1187620Ki. Container shop was using 91744Ki, request is 0, has larger consumption of ephemeral-storage.',
              },
              {
                ...{ object: 'Node/node-2', type: 'Warning', reason: 'EvictionThresholdMet', count: 9, last: ago(5) },
                message: 'Attempting to reclaim ephemeral-storage',
              },
            ],
          }),
        }),
        truth: { causes: ['disk_full', 'resource_exhausted', 'capacity_reduced'] },
      }
    },
  },
  {
    id: 'the quota of the namespace is used up',
    play: (setting) => {
      const at = { ...setting, instances: setting.instances.slice(0, 2) }
      return {
        world: wholeShop(at, {
          alerts: [alertOf(at, 'ReplicasMissing', 'the deployment has 2 of 4 replicas', { labels: { namespace: 'shop' } })],
          rule: {
            expression: 'kube_deployment_status_replicas_available{namespace="shop"} / kube_deployment_spec_replicas{namespace="shop"} < 1',
            threshold: '< 1',
            course: [course({ deployment: 'shop' }, 360, since(at, 0.5, 1))],
          },
          looks: clusterLooks({
            pods: ['a', 'b'].map((end) => runningPod(`shop-5d9-${end}`)),
            events: [
              {
                ...{ object: 'ReplicaSet/shop-5d9', type: 'Warning', reason: 'FailedCreate', count: 14, last: ago(7) },
                message:
                  'Error creating: pods "shop-5d9-x7k2p" is forbidden: exceeded quota: compute, requested: limits.memory=512Mi, used: limits.memory=4Gi, limited: limits.memory=4Gi',
              },
            ],
          }),
        }),
        truth: { causes: ['resource_exhausted', 'capacity_reduced', 'bad_configuration'] },
      }
    },
  },
]
