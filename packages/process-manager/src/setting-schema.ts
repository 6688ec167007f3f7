import { type Static, Type } from 'typebox'

/** A setting that can be changed while the fleet runs. */
interface SettingDeclaration {
  /** Whose it is. */
  component: 'inventory' | 'load-balancer' | 'process-manager' | 'prometheus'
  setting: string
  /** Its value when nobody has changed it. */
  usual: string
  /** All values that it can have. */
  pattern: RegExp
  /** For people: what it does, and its values. */
  says: string
}

/** All settings. Those of inventory are environment variables, so its instances are restarted one after the other; the others take effect at once. */
export const SETTINGS: readonly SettingDeclaration[] = [
  { component: 'inventory', setting: 'BADGES', usual: 'off', pattern: /^(off|on)$/, says: 'items are shown with a badge: off or on' },
  {
    component: 'inventory',
    setting: 'DATABASE_URL',
    usual: 'given',
    pattern: /^(given|missing)$/,
    says: 'whether an instance gets the address of the database: given or missing (the address is not shown)',
  },
  {
    component: 'load-balancer',
    setting: 'discovery',
    usual: 'dynamic',
    pattern: /^(dynamic|static)$/,
    says: 'whether the balancer follows the list of instances (dynamic) or stays with the one that it has (static)',
  },
  {
    component: 'load-balancer',
    setting: 'resend',
    usual: 'safe',
    pattern: /^(safe|always)$/,
    says: 'which failed requests go to another backend: those that are safe to repeat (safe), or all (always)',
  },
  {
    component: 'load-balancer',
    setting: 'retries',
    usual: '1',
    pattern: /^\d$/,
    says: 'how many other backends a request may go to: 0 to 9',
  },
  {
    component: 'load-balancer',
    setting: 'read_timeout_ms',
    usual: '10000',
    pattern: /^[1-9]\d{1,4}$/,
    says: 'how long a backend may take to answer: 10 to 99999',
  },
  {
    component: 'load-balancer',
    setting: 'resend_after_ms',
    usual: '0',
    pattern: /^(0|[1-9]\d{1,4})$/,
    says: 'after how long without an answer a request also goes to another backend, whatever its method: 10 to 99999, or 0 for never',
  },
  {
    component: 'process-manager',
    setting: 'targets_file',
    usual: 'written',
    pattern: /^(written|kept)$/,
    says: "whether Prometheus' targets file follows the fleet (written) or stays as it is (kept)",
  },
  {
    component: 'prometheus',
    setting: 'uneven_load_rule',
    usual: 'none',
    pattern: /^(none|by_average|by_instance)$/,
    says: 'an alert on uneven load: none, the busiest instance compared with all (by_average) or with the newest one (by_instance)',
  },
]

/** `POST /settings`: of inventory also for some ports only, which need not have an instance yet. */
export const SettingRequest = Type.Object(
  {
    component: Type.Enum([...new Set(SETTINGS.map(({ component }) => component))]),
    setting: Type.String({ maxLength: 40 }),
    value: Type.String({ maxLength: 40 }),
    ports: Type.Optional(Type.Array(Type.Integer({ minimum: 1, maximum: 65_535 }), { minItems: 1, maxItems: 100, uniqueItems: true })),
  },
  { additionalProperties: false },
)
export type SettingRequest = Static<typeof SettingRequest>

/** Its answer, given when the setting is in use, or when the first instance did not come up with it: it is kept all the same. */
export const SettingResult = Type.Object({
  ok: Type.Boolean(),
  /** Which change this was. */
  version: Type.Integer(),
  from: Type.String(),
  to: Type.String(),
  /** The ports of the instances that were restarted for it. */
  restarted: Type.Array(Type.Integer()),
  failed: Type.Optional(Type.Object({ port: Type.Integer(), reason: Type.String() })),
  remaining: Type.Array(Type.Integer()),
})
export type SettingResult = Static<typeof SettingResult>

const LastChange = Type.Object({
  from: Type.String(),
  to: Type.String(),
  /** Where it was made; everywhere without them. */
  ports: Type.Optional(Type.Array(Type.Integer())),
})
/** The newest change of a setting. */
export type LastChange = Static<typeof LastChange>

/** `GET /settings`: `version` is the change that set it, 0 when nobody has; `ports` are those that have a value of their own. */
export const SettingList = Type.Object({
  settings: Type.Array(
    Type.Object({
      component: Type.String(),
      setting: Type.String(),
      value: Type.String(),
      usual: Type.String(),
      version: Type.Integer(),
      ports: Type.Array(Type.Object({ port: Type.Integer(), value: Type.String() })),
      /** Absent when nobody has changed it. */
      last_change: Type.Optional(LastChange),
      says: Type.String(),
    }),
  ),
})
export type SettingList = Static<typeof SettingList>
