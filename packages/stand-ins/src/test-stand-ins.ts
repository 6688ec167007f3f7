import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { STAND_IN_CREDENTIALS } from './api.ts'
import { buildApp } from './app.ts'
import { openDatabase } from './database.ts'
import { createGit } from './github/git.ts'
import { openGitSourceTree } from './github/git-source-tree.ts'
import type { SourceTree } from './github/source-tree.ts'
import { GIT_ENVIRONMENT } from './github/test-repository.ts'
import type { ProjectShape } from './jira/project-shape.ts'
import { startMailbox } from './mail/mailbox.ts'
import { recordInbound } from './twilio/message-store.ts'

/** A tree without files, for tests that do not ask GitHub. */
const EMPTY_TREE: SourceTree = {
  origin: 'disk',
  defaultBranch: 'main',
  commit: async () => undefined,
  entry: async () => undefined,
  list: async () => [],
  read: async () => Buffer.alloc(0),
  log: async () => [],
  changes: async () => [],
  refs: async () => [],
  blob: async () => undefined,
}

interface TestOptions {
  now?: () => number
  tree?: SourceTree
  /** Of a git repository, instead of a tree. */
  repositoryRoot?: string
  webhookUrl?: string
  file?: string
  /** Has the person written within 24 hours? */
  window?: 'open' | 'closed'
  sandbox?: boolean
  /** Where the agent's API is. */
  agentUrl?: string
  /** With a mail server on a port of its own. */
  mail?: boolean
  projectShape?: ProjectShape
  /** Where ServiceNow's business rule posts to. */
  serviceNowWebhook?: string
}

/** The stand-ins on a port of their own, with the documented credentials; closed by `await using`. */
export async function startStandIns(options: TestOptions = {}) {
  const {
    now = Date.now,
    repositoryRoot,
    tree = repositoryRoot === undefined ? EMPTY_TREE : await openGitSourceTree(createGit(repositoryRoot, GIT_ENVIRONMENT)),
    webhookUrl = 'http://127.0.0.1:9/',
    file,
    window = 'open',
    sandbox = false,
    mail = false,
    projectShape = 'standard',
    serviceNowWebhook,
  } = options
  const known = STAND_IN_CREDENTIALS
  const mailbox = mail ? await startMailbox({ port: 0 }) : undefined
  const app = await buildApp({
    db: openDatabase(file ?? ':memory:', (db) => {
      if (window === 'open') recordInbound(db, known.userWhatsappNumber, now())
    }),
    twilio: {
      accountSid: known.twilioAccountSid,
      authToken: known.twilioAuthToken,
      sender: known.twilioWhatsappNumber,
      user: known.userWhatsappNumber,
      webhookUrl,
      sandbox,
    },
    jira: { email: known.jiraEmail, apiToken: known.jiraApiToken, projectKey: known.jiraProjectKey, shape: projectShape },
    serviceNow: {
      user: known.serviceNowUser,
      password: known.serviceNowPassword,
      webhook: { url: serviceNowWebhook, token: undefined },
    },
    github: { owner: known.githubOwner, repo: known.githubRepo, token: known.githubToken },
    tree,
    mailbox,
    ...(options.agentUrl !== undefined && { agent: { url: options.agentUrl } }),
    logLevel: 'silent',
    now,
  })
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  return { app, url, smtpUrl: mailbox?.url ?? '', mails: () => mailbox?.list() ?? [], [Symbol.asyncDispose]: () => app.close() }
}

interface WebhookCall {
  signature: string
  headers: Record<string, string | string[] | undefined>
  params: Record<string, string>
}

/** A server that takes webhooks: keeps what arrives, answers as told. */
export async function startWebhook({ status = 200, body = '<Response/>', contentType = 'text/xml' } = {}) {
  const calls: WebhookCall[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const params = Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString()))
    calls.push({ signature: String(request.headers['x-twilio-signature']), headers: request.headers, params })
    response.writeHead(status, { 'content-type': contentType }).end(body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo // It listens on TCP.
  return {
    calls,
    url: `http://127.0.0.1:${port}/webhook/twilio`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
