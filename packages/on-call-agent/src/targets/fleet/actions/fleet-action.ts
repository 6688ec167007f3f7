import { Type } from 'typebox'

/** `127.0.0.1:8001`. */
export const InstanceName = Type.String({
  pattern: '^127\\.0\\.0\\.1:\\d{4,5}$',
  description: 'As list_instances names it, e.g. 127.0.0.1:8001.',
})

export const portOf = (instance: string) => Number(instance.split(':')[1])

/** Whether the shop's users are served. */
export const FLEET_VERIFY = { slis: ['error_rate', 'latency_p95_seconds', 'instances_down'], seconds: 60 }
