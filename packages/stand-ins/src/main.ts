import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { HttpUrl, loadConfig, Port, processSettings } from '@oncall-lab/service-kit/config'
import { runProcess } from '@oncall-lab/service-kit/run'
import { Type } from 'typebox'
import { STAND_IN_CREDENTIALS as FIXED } from './api.ts'
import { buildApp } from './app.ts'
import { openDatabase } from './database.ts'
import { openSourceTree } from './github/open-source-tree.ts'
import { PROJECT_SHAPES } from './jira/project-shape.ts'
import { startKubernetes } from './kubernetes/start-kubernetes.ts'
import { kubernetesSwitchRoutes } from './kubernetes/switch-routes.ts'
import { startMailbox } from './mail/mailbox.ts'
import { recordInbound } from './twilio/message-store.ts'

const WhatsappAddress = { pattern: '^whatsapp:\\+[1-9]\\d{6,14}$' }

const settings = Type.Object({
  ...processSettings,
  STAND_INS_PORT: Type.Integer({ ...Port, default: 8089 }),
  /** Where mail arrives. */
  STAND_INS_SMTP_PORT: Type.Integer({ ...Port, default: 8094 }),
  PUBLIC_URL: Type.String({ ...HttpUrl, default: 'http://127.0.0.1:8088' }),
  /** Where the agent's API is: the phone shows its incident beside the conversation. */
  AGENT_URL: Type.String({ ...HttpUrl, default: 'http://127.0.0.1:8088' }),
  AGENT_TOKEN: Type.Optional(Type.String()),
  TWILIO_ACCOUNT_SID: Type.String({ pattern: '^AC[0-9a-f]{32}$', default: FIXED.twilioAccountSid }),
  TWILIO_AUTH_TOKEN: Type.String({ default: FIXED.twilioAuthToken }),
  TWILIO_WHATSAPP_NUMBER: Type.String({ ...WhatsappAddress, default: FIXED.twilioWhatsappNumber }),
  /** At the first start the person has (`open`) or has not (`closed`) written within 24 hours. */
  PHONE_WINDOW: Type.Enum(['open', 'closed'], { default: 'closed' }),
  /** The sender is Twilio's WhatsApp sandbox, with its own rules. */
  TWILIO_SANDBOX: Type.Enum(['yes', 'no'], { default: 'no' }),
  USER_WHATSAPP_NUMBER: Type.String({ ...WhatsappAddress, default: FIXED.userWhatsappNumber }),
  JIRA_EMAIL: Type.String({ default: FIXED.jiraEmail }),
  JIRA_API_TOKEN: Type.String({ default: FIXED.jiraApiToken }),
  JIRA_PROJECT_KEY: Type.String({ pattern: '^[A-Z][A-Z0-9_]{1,9}$', default: FIXED.jiraProjectKey }),
  /** How the project is set up, see project-shape.ts. */
  JIRA_PROJECT_SHAPE: Type.Enum(PROJECT_SHAPES, { default: 'standard' }),
  SERVICENOW_USER: Type.String({ default: FIXED.serviceNowUser }),
  SERVICENOW_PASSWORD: Type.String({ default: FIXED.serviceNowPassword }),
  /** Where the business rule posts changes of incidents; without it there is no such rule. */
  SERVICENOW_WEBHOOK_URL: Type.Optional(Type.String(HttpUrl)),
  SERVICENOW_WEBHOOK_TOKEN: Type.Optional(Type.String()),
  GITHUB_TOKEN: Type.String({ default: FIXED.githubToken }),
  GITHUB_OWNER: Type.String({ default: FIXED.githubOwner }),
  GITHUB_REPO: Type.String({ default: FIXED.githubRepo }),
  GITHUB_REF: Type.Optional(Type.String()),
  REPOSITORY_ROOT: Type.String({ default: join(import.meta.dirname, '../../..') }),
  /** Where the Kubernetes API listens; without it there is none. */
  KUBERNETES_PORT: Type.Optional(Port),
  /** For its certificate and its kubeconfigs. */
  KUBERNETES_DIR: Type.String({ default: 'data/kubernetes' }),
  KUBERNETES_SD_DIR: Type.Optional(Type.String()),
  PM_URL: Type.String({ ...HttpUrl, default: 'http://127.0.0.1:7070' }),
  /** Where the machine `web-prod-01` takes SSH; without it there is none. */
  HOST_SSH_PORT: Type.Optional(Port),
  HOST_WEB_PORT: Type.Integer({ ...Port, default: 8095 }),
  HOST_DIR: Type.String({ default: 'data/host' }),
  STAND_INS_DB: Type.String({ default: 'data/stand-ins.db' }),
  PATH: Type.String({ default: '/usr/local/bin:/usr/bin:/bin' }),
  HOME: Type.String({ default: '/' }),
})

async function start() {
  const config = loadConfig(settings, process.env)
  const notes: string[] = []
  const tree = await openSourceTree(
    { root: config.REPOSITORY_ROOT, ref: config.GITHUB_REF, environment: { PATH: config.PATH, HOME: config.HOME } },
    (reason) => notes.push(reason),
  )
  const app = await buildApp({
    db: openDatabase(config.STAND_INS_DB, (db) => {
      if (config.PHONE_WINDOW === 'open') recordInbound(db, config.USER_WHATSAPP_NUMBER, Date.now())
    }),
    twilio: {
      accountSid: config.TWILIO_ACCOUNT_SID,
      authToken: config.TWILIO_AUTH_TOKEN,
      sender: config.TWILIO_WHATSAPP_NUMBER,
      user: config.USER_WHATSAPP_NUMBER,
      webhookUrl: `${config.PUBLIC_URL}/webhook/twilio`,
      sandbox: config.TWILIO_SANDBOX === 'yes',
    },
    jira: {
      email: config.JIRA_EMAIL,
      apiToken: config.JIRA_API_TOKEN,
      projectKey: config.JIRA_PROJECT_KEY,
      shape: config.JIRA_PROJECT_SHAPE,
    },
    serviceNow: {
      user: config.SERVICENOW_USER,
      password: config.SERVICENOW_PASSWORD,
      webhook: { url: config.SERVICENOW_WEBHOOK_URL, token: config.SERVICENOW_WEBHOOK_TOKEN },
    },
    github: { owner: config.GITHUB_OWNER, repo: config.GITHUB_REPO, token: config.GITHUB_TOKEN },
    tree,
    mailbox: await startMailbox({ port: config.STAND_INS_SMTP_PORT, host: config.HOST }),
    agent: { url: config.AGENT_URL, token: config.AGENT_TOKEN === 'off' ? undefined : config.AGENT_TOKEN || undefined },
    logLevel: config.LOG_LEVEL,
  })
  const commit = await tree.commit(undefined)
  app.log.info({ origin: tree.origin, commit: commit?.sha, ...(notes.length > 0 && { notes }) }, 'repository opened')
  if (config.KUBERNETES_PORT !== undefined) {
    const kubernetes = await startKubernetes({
      processManagerUrl: config.PM_URL,
      directory: config.KUBERNETES_DIR,
      targetsDirectory: config.KUBERNETES_SD_DIR,
      host: config.HOST,
      port: config.KUBERNETES_PORT,
      logLevel: config.LOG_LEVEL,
      onError: (what, error) => app.log.warn({ err: error }, `kubernetes: cannot ${what}`),
    })
    app.addHook('preClose', () => kubernetes.app.close())
    await app.register(kubernetesSwitchRoutes, { cluster: kubernetes.cluster })
  }
  if (config.HOST_SSH_PORT !== undefined) {
    // Loaded where it is wanted: it costs memory.
    const [{ startHost }, { hostRoutes }] = await Promise.all([import('./host/start-host.ts'), import('./host/host-routes.ts')])
    const clusters = config.KUBERNETES_PORT === undefined ? {} : readJson(join(config.KUBERNETES_DIR, 'infrastructure.json'))
    const host = await startHost({
      directory: config.HOST_DIR,
      host: config.HOST,
      sshPort: config.HOST_SSH_PORT,
      webPort: config.HOST_WEB_PORT,
      others: clusters,
    })
    app.addHook('preClose', () => host[Symbol.asyncDispose]())
    await app.register(hostRoutes, { host })
  }
  await app.listen({ host: config.HOST, port: config.STAND_INS_PORT })
  return app
}

const readJson = (path: string): object => JSON.parse(readFileSync(path, 'utf8'))

await runProcess(start, { leash: process.env.LAB_LEASH === 'stdin' })
