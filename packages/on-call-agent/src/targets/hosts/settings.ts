import { type Static, Type } from 'typebox'
import { OptionalText } from '../../connector.ts'
import { readInfrastructure } from '../../infrastructure.ts'

/** Which machines the agent looks after. */
export const hostsSettings = {
  /** A JSON file: what is looked after, see docs/hosts.md. */
  INFRASTRUCTURE: OptionalText,
}

/** Whatever is configured becomes a word of a command, so that no word has a meaning to a shell. */
const NAME = '^[A-Za-z0-9][A-Za-z0-9@._-]{0,63}$'
const Name = Type.String({ pattern: NAME })
/** An absolute path without a step upwards. */
const PATH = '^(?:/(?!\\.\\.?(?:/|$))[A-Za-z0-9._@+-]+)+$'
const Path = Type.String({ pattern: PATH, maxLength: 200 })
/** A folder that is emptied lies at least three levels down: never `/var`, never `/home/x`. */
const Folder = Type.String({ pattern: '^(?:/(?!\\.\\.?(?:/|$))[A-Za-z0-9._@+-]+){3,}$', maxLength: 200 })
const Url = Type.String({ pattern: '^https?://[A-Za-z0-9.-]+(?::\\d{1,5})?(?:/[A-Za-z0-9._~/-]*)?$', maxLength: 300 })

/** One of the `hosts` of the infrastructure file. What is not listed there cannot be asked for, and cannot be changed. */
export const HostEntry = Type.Object(
  {
    address: Type.String({ pattern: '^[A-Za-z0-9.:-]{1,255}$' }),
    port: Type.Optional(Type.Integer({ minimum: 1, maximum: 65_535 })),
    user: Type.String({ pattern: '^[a-z_][a-z0-9_-]{0,31}$' }),
    /** The private key is never written into the file: it names where it is. */
    key: Type.Object({ file: Type.String({ minLength: 1 }) }, { additionalProperties: false }),
    /** As `ssh-keyscan` prints it, without the address. Another key is refused. */
    host_key: Type.String({ pattern: '^(?:ssh-ed25519|ecdsa-sha2-nistp256|ssh-rsa) [A-Za-z0-9+/]+={0,2}(?: .*)?$' }),
    /** Units of systemd, by the names that alerts have for them. */
    services: Type.Array(Name, { minItems: 1, maxItems: 20 }),
    /** What may be fetched from there. */
    urls: Type.Optional(Type.Array(Url, { maxItems: 20 })),
    /** Each may be read, and rotated where it names a configuration of logrotate. */
    logs: Type.Optional(
      Type.Array(Type.Object({ file: Path, rotate: Type.Optional(Path) }, { additionalProperties: false }), { maxItems: 20 }),
    ),
    /** Folders whose content can be made anew. */
    caches: Type.Optional(Type.Array(Folder, { maxItems: 20 })),
    /** Files with a saved copy that is known to work. */
    configurations: Type.Optional(
      Type.Array(Type.Object({ service: Name, file: Path, saved: Path }, { additionalProperties: false }), { maxItems: 20 }),
    ),
    /** Names that may be pinged and looked up. */
    peers: Type.Optional(Type.Array(Name, { maxItems: 20 })),
    /** A process that used more of a core than this for so long may be ended; without it none. */
    runaway: Type.Optional(
      Type.Object(
        { cpu_percent: Type.Number({ minimum: 10, maximum: 10_000 }), seconds: Type.Integer({ minimum: 1, maximum: 86_400 }) },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false },
)
export type HostEntry = Static<typeof HostEntry>

/** The hosts by name. @throws ConfigError */
export function readHosts(path: string | undefined): Record<string, HostEntry> {
  return readInfrastructure(path, 'hosts', HostEntry)
}
