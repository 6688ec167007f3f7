import { answersQuery } from '@oncall-lab/postgres-server/query'
import { agentUrl, ensureRoles, holdFile, prepareServer, recoverServer, shopUrl } from '@oncall-lab/postgres-server/server'
import { CliError } from './cli-error.ts'
import type { Lab } from './lab.ts'
import type { Part } from './part.ts'

/** Where the shop's data is: in the lab's own server, or in the one that DATABASE_URL names. */
export interface Database {
  url: string
  /** What the process manager gets; its file that holds the server down is there only for the lab's own. */
  variables: Record<string, string>
  /** The lab's own server; none when DATABASE_URL names another one. */
  parts: Part[]
  /** The same for the on-call agent's own role; `off` where it has none. */
  agentUrl: string
  /** For people, without a password. */
  description: string
}

/** @throws CliError when DATABASE_URL is set to something else than a PostgreSQL server. */
export function composeDatabase({ book, directory, env }: Lab): Database {
  if (env.DATABASE_URL) return foreignDatabase(env.DATABASE_URL)
  const port = book.ports.postgres
  const url = shopUrl(port)
  const server: Part = {
    name: 'postgres',
    port,
    recover: () => recoverServer(directory.postgres),
    launch: (signal) => prepareServer({ directory: directory.postgres, port }, signal),
    isReady: async () => (await answersQuery(url)) && (await ensureRoles(port)),
  }
  return {
    url,
    variables: { PM_DATABASE_HOLD_FILE: holdFile(directory.postgres) },
    parts: [server],
    agentUrl: agentUrl(port),
    description: `PostgreSQL: real, the lab's own (${url})`,
  }
}

function foreignDatabase(url: string): Database {
  const parsed = URL.canParse(url) ? new URL(url) : null
  if (!parsed || !/^postgres(ql)?:$/.test(parsed.protocol))
    throw new CliError('DATABASE_URL must be postgres://user@host:port/database, or unset: then the lab runs a server of its own.')
  return {
    url,
    variables: {},
    parts: [],
    agentUrl: 'off',
    description: `PostgreSQL: real, yours (${parsed.host}${parsed.pathname}, by DATABASE_URL); the lab starts none and never stops it`,
  }
}
