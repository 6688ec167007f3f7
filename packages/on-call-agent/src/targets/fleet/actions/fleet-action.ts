import { Type } from 'typebox'

/** `127.0.0.1:8001`, in the one way to write it: what a person denied under one name must not come back under another. */
export const InstanceName = Type.String({
  pattern: '^127\\.0\\.0\\.1:[1-9]\\d{3,4}$',
  description: 'As list_instances names it, e.g. 127.0.0.1:8001.',
})

export const portOf = (instance: string) => Number(instance.split(':')[1])

/** Whether the shop's users are served. */
export const FLEET_VERIFY = { slis: ['error_rate', 'latency_p95_seconds', 'instances_down'], seconds: 60 }
