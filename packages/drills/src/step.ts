import { type Static, Type } from 'typebox'
import { ChosenNumber } from './chosen.ts'

const closed = { additionalProperties: false }
/** Where: all instances, or the one that the seed chooses; of a second one `other`. */
const On = Type.Optional(Type.Enum(['all', 'one', 'other']))

/** Something that is done to the lab, by the means that a person has. */
export const Step = Type.Union([
  /** `POST /fault`: a mode of `GET /fault/modes` with its numbers. */
  Type.Object(
    { do: Type.Literal('fault'), mode: Type.String(), on: On, fields: Type.Optional(Type.Record(Type.String(), ChosenNumber)) },
    closed,
  ),
  /** `POST /deploy`. */
  Type.Object({ do: Type.Literal('deploy'), release: Type.String({ pattern: '^r\\d+$' }), on: On }, closed),
  /** `POST /settings`. */
  Type.Object({ do: Type.Literal('set'), component: Type.String(), setting: Type.String(), value: Type.String(), on: On }, closed),
  /** `POST /scale`. */
  Type.Object({ do: Type.Literal('scale'), replicas: Type.Integer({ minimum: 0, maximum: 10 }) }, closed),
  /** `POST /restart` of one instance, or `POST /rolling-restart`. */
  Type.Object({ do: Type.Literal('restart'), on: On }, closed),
  /** `kill -9` of a part of the lab, which stays down until the drill ends or somebody starts it. */
  Type.Object({ do: Type.Literal('keep_down'), part: Type.Enum(['load-balancer', 'customers']) }, closed),
  /** A part stands still (SIGSTOP) until `resume`, as on a machine that is short of CPU. */
  Type.Object({ do: Type.Enum(['pause', 'resume']), part: Type.Literal('on-call-agent') }, closed),
  /** So many instances go to other ports: new ones are started, then these stopped. */
  Type.Object({ do: Type.Literal('move'), on: On, count: Type.Integer({ minimum: 1, maximum: 4 }) }, closed),
  /** `kill -9` of one instance, once. */
  Type.Object({ do: Type.Literal('kill_instance'), on: On }, closed),
  /** More customers: a second generator beside the usual one. */
  Type.Object({ do: Type.Literal('traffic'), profile: Type.String(), fields: Type.Record(Type.String(), ChosenNumber) }, closed),
  /** A way of looking is gone: what stands in front of Prometheus answers 503 for so long; the shop's error log can be neither read nor written until the drill ends. */
  Type.Object({ do: Type.Literal('outage'), of: Type.Literal('prometheus'), seconds: ChosenNumber }, closed),
  Type.Object({ do: Type.Literal('outage'), of: Type.Literal('logs') }, closed),
  /** A line in the shop's error log that no failure wrote, as anything that writes there could. Never part of what is broken. */
  Type.Object({ do: Type.Literal('log_line'), message: Type.String({ maxLength: 1_000 }) }, closed),
  /** Until no alert fires and the agent has closed its incidents, so that what comes next is an incident of its own. */
  Type.Object({ do: Type.Literal('settle') }, closed),
  /** An alert given to Alertmanager by hand. */
  Type.Object(
    {
      do: Type.Literal('alert'),
      labels: Type.Record(Type.String(), Type.String()),
      annotations: Type.Record(Type.String(), Type.String()),
    },
    closed,
  ),
  Type.Object({ do: Type.Literal('wait'), seconds: ChosenNumber }, closed),
])
export type Step = Static<typeof Step>
