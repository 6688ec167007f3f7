import { describe, expect, it } from 'vitest'
import { startCluster } from '../../test-parts/start-cluster.ts'

const DEPLOYMENT = '/apis/apps/v1/namespaces/shop/deployments/inventory'
const MERGE = 'application/merge-patch+json'

describe('refusals have the shape of the API', () => {
  it.each([
    ['GET', '/api/v1/namespaces/shop/pods/nobody', {}, 404, 'NotFound', 'pods "nobody" not found'],
    ['GET', '/apis/batch/v1/jobs', {}, 404, 'NotFound', 'the server could not find the requested resource'],
    ['GET', '/api/v1/pods?labelSelector=app+in+(', {}, 400, 'BadRequest', 'unable to parse requirement'],
    ['GET', '/api/v1/pods?fieldSelector=spec.color=red', {}, 400, 'BadRequest', 'field label not supported: spec.color'],
    ['GET', '/api/v1/pods?watch=true&resourceVersion=999999', {}, 410, 'Expired', 'too old resource version'],
    [
      'PATCH',
      DEPLOYMENT,
      { type: 'application/apply-patch+yaml', body: 'a: b' },
      415,
      'UnsupportedMediaType',
      'the body of the request was in an unknown format',
    ],
    ['PATCH', DEPLOYMENT, { type: MERGE, body: '{' }, 400, 'BadRequest', "couldn't parse the body"],
    ['PATCH', DEPLOYMENT, { type: MERGE, body: { metadata: { resourceVersion: '1' } } }, 409, 'Conflict', 'the object has been modified'],
    ['PATCH', DEPLOYMENT, { type: MERGE, body: { spec: { replicas: -1 } } }, 422, 'Invalid', 'spec.replicas: Invalid value: -1'],
    ['PATCH', DEPLOYMENT, { type: MERGE, body: { spec: { replicas: 'many' } } }, 422, 'Invalid', 'spec.replicas'],
    [
      'PATCH',
      DEPLOYMENT,
      { type: MERGE, body: { spec: { selector: { matchLabels: { app: 'x' } } } } },
      422,
      'Invalid',
      'field is immutable',
    ],
    ['PATCH', DEPLOYMENT, { type: MERGE, body: { spec: null } }, 422, 'Invalid', 'spec.replicas'],
    [
      'PATCH',
      DEPLOYMENT,
      { type: 'application/json-patch+json', body: [{ op: 'replace', path: '/nowhere/x', value: 1 }] },
      400,
      'BadRequest',
      'the patch cannot be applied',
    ],
    ['DELETE', '/api/v1/nodes/lab-node-1', {}, 405, 'MethodNotAllowed', 'the server does not allow this method'],
    ['POST', '/api/v1/namespaces/shop/pods', { body: {} }, 405, 'MethodNotAllowed', 'the server does not allow this method'],
    ['GET', '/api/v1/namespaces/shop/pods', { token: 'wrong' }, 401, 'Unauthorized', 'Unauthorized'],
    [
      'DELETE',
      DEPLOYMENT,
      { token: 'agent' },
      403,
      'Forbidden',
      'deployments.apps "inventory" is forbidden: User "system:serviceaccount:oncall:on-call-agent" cannot delete resource "deployments" in API group "apps" in the namespace "shop"',
    ],
  ] as const)('%s %s %j: %i %s', async (method, path, call, status, reason, message) => {
    await using cluster = await startCluster({ replicas: 1 })
    await cluster.pods()
    const answer = await cluster.call(method, path, call)
    expect(answer).toMatchObject({
      status,
      body: { kind: 'Status', status: 'Failure', code: status, reason, message: expect.stringContaining(message) },
    })
    expect(cluster.fleet.calls).toEqual([])
  })
})
