import { type Static, type TSchema, Type } from 'typebox'

const Nullable = <S extends TSchema>(schema: S) => Type.Union([schema, Type.Null()])

/** A commit of the shop's repository, as GitHub has it. */
export const ReleaseCommit = Type.Object({
  /** 40 hexadecimal digits. */
  commit: Type.String(),
  author: Type.String(),
  /** RFC 3339, UTC. */
  at: Type.String(),
  /** The first line of its message. */
  title: Type.String(),
})

/** A release of the shop. */
export const ReleaseEntry = Type.Object({
  /** `r4`. */
  release: Type.String(),
  /** What it is built of: its last commit. */
  commit: Type.String(),
  /** The release that it was made from; null for the first. */
  from: Nullable(Type.String()),
  /** What it adds to that, oldest first. */
  commits: Type.Array(ReleaseCommit),
  /** It served all customers for a while, and nobody went back from it. */
  ran_well: Type.Boolean(),
  /** The ports whose processes run it now. */
  ports: Type.Array(Type.Integer()),
})
export type ReleaseEntry = Static<typeof ReleaseEntry>

/** `GET /releases`, oldest first; `current` is what a new instance gets. */
export const ReleaseList = Type.Object({ current: Type.String(), releases: Type.Array(ReleaseEntry) })
export type ReleaseList = Static<typeof ReleaseList>

/** `POST /deploy`: this release on all instances, and on those to come; with `ports` on these alone. One instance after the other. */
export const DeployRequest = Type.Object(
  {
    release: Type.String({ maxLength: 40 }),
    ports: Type.Optional(Type.Array(Type.Integer(), { minItems: 1, maxItems: 100, uniqueItems: true })),
  },
  { additionalProperties: false },
)
export type DeployRequest = Static<typeof DeployRequest>

/** The answer of `/deploy`, given when the last instance runs it or the first one did not become healthy. */
export const DeployResult = Type.Object({
  /** False when a new process did not come up, or did not stay up. Then the rest was left alone. */
  ok: Type.Boolean(),
  release: Type.String(),
  commit: Type.String(),
  /** The ports that run it now, in the order of their restarts. */
  deployed: Type.Array(Type.Integer()),
  failed: Type.Optional(Type.Object({ port: Type.Integer(), reason: Type.String() })),
  /** The ports that were left as they were. */
  remaining: Type.Array(Type.Integer()),
})
export type DeployResult = Static<typeof DeployResult>

/** By which the on-call agent is known to the process manager, unless `PM_AGENT_TOKEN` says another: `Authorization: Bearer on-call-agent`. */
export const AGENT_TOKEN = 'on-call-agent'
