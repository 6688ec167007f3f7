import { dirname, join } from 'node:path'
import { agentTokenVariable, gatewayVariables } from './agent-access.ts'
import { FASTER } from './clock/clock.ts'
import { composeDatabase } from './database.ts'
import type { Lab } from './lab.ts'
import { leashed } from './leashed.ts'
import type { Part } from './part.ts'
import { holdFileOf } from './part-hold.ts'
import { answersAt } from './readiness.ts'
import { alertmanagerConfig } from './rendered-config.ts'
import { usesRulesModel, vendorVariables } from './vendors.ts'

/** What the parts need beside the lab: how many instances of inventory, how many requests a second of customers, and the two programs that are not ours. */
export interface PartsInput extends Lab {
  replicas: number
  traffic: number
  /** With the Kubernetes API over the fleet. */
  kubernetes?: boolean
  /** With the machine that is reached over SSH. */
  hosts?: boolean
  prometheus: string
  alertmanager: string
}

/**
 * The lab: every process that `lab up` starts, in the order of the list, and ends in the reverse order.
 * The process manager starts the instances of inventory.
 */
export function composeParts(lab: PartsInput): Part[] {
  const { book, directory, env, replicas, traffic, kubernetes = false, hosts = false } = lab
  const { ports, url } = book
  const publicUrl = env.PUBLIC_URL || url('agent')
  const database = composeDatabase(lab)
  return [
    ...database.parts,
    service(lab, 'process-manager', {
      port: ports.processManager,
      // Beside the database: it gets ready meanwhile, and then waits for it before it starts an instance.
      readyWhen: hasBackends(replicas),
      readyPath: '/backends',
      env: {
        PM_PORT: ports.processManager,
        PM_BASE_PORT: ports.firstInstance,
        PM_MAX_PORT: ports.lastInstance,
        PM_REPLICAS: replicas,
        PM_SD_FILE: directory.targetsFile,
        ...(lab.clock === 'fast' && { PM_RULE_SECONDS: 60 / FASTER }),
        PM_RELEASES_DIR: directory.releases,
        LOG_DIR: directory.errorLogs,
        LB_URL: url('loadBalancer'),
        PM_BALANCER_HOLD_FILE: holdFileOf(directory.state, 'load-balancer'),
        ...database.variables,
        DATABASE_URL: database.url,
      },
    }),
    service(lab, 'load-balancer', {
      port: ports.loadBalancer,
      readyWhen: isOk,
      // It is the one that may be busy: with less it collects twice as often, with more it needs more memory and is no faster.
      youngGenerationMb: 4,
      env: { LB_PORT: ports.loadBalancer, PM_URL: url('processManager') },
    }),
    service(lab, 'stand-ins', {
      port: ports.standIns,
      env: {
        STAND_INS_PORT: ports.standIns,
        STAND_INS_SMTP_PORT: ports.mail,
        STAND_INS_DB: directory.standInsDb,
        PUBLIC_URL: publicUrl,
        AGENT_URL: url('agent'),
        ...agentTokenVariable(env),
        REPOSITORY_ROOT: directory.root,
        ...(kubernetes && {
          KUBERNETES_PORT: ports.kubernetes,
          KUBERNETES_DIR: directory.kubernetes,
          KUBERNETES_SD_DIR: dirname(directory.targetsFile),
          PM_URL: url('processManager'),
        }),
        ...(hosts && { HOST_SSH_PORT: ports.host, HOST_WEB_PORT: ports.hostWeb, HOST_DIR: directory.host }),
        SERVICENOW_WEBHOOK_URL: `${url('gateway')}/api/v1/incident/trigger-agent`,
        ...(gatewayVariables(env).GATEWAY_TOKEN && { SERVICENOW_WEBHOOK_TOKEN: gatewayVariables(env).GATEWAY_TOKEN }),
        ...(env.GITHUB_REF && { GITHUB_REF: env.GITHUB_REF }),
      },
    }),
    ...(usesRulesModel(env) ? [service(lab, 'rules-model', { port: ports.rulesModel, env: { RULES_MODEL_PORT: ports.rulesModel } })] : []),
    service(lab, 'on-call-agent', {
      port: ports.agent,
      // They write the file that names the cluster and the machine.
      after: kubernetes || hosts ? ['stand-ins'] : [],
      // A storm of alerts costs it a quarter less so, and 8 MB.
      youngGenerationMb: 4,
      env: {
        AGENT_PORT: ports.agent,
        SHOP_DATABASE_URL: database.agentUrl,
        AGENT_DB: directory.agentDb,
        LB_URL: url('loadBalancer'),
        PM_URL: url('processManager'),
        PROM_URL: lab.prometheusOfAgent ?? url('prometheus'),
        ALERTMANAGER_URL: url('alertmanager'),
        ...(kubernetes && { FLEET: 'off', INFRASTRUCTURE: join(directory.kubernetes, 'infrastructure.json') }),
        // The file of the machine names the cluster too.
        ...(hosts && { INFRASTRUCTURE: join(directory.host, 'infrastructure.json') }),
        CONSOLE_URL: url('console'),
        RULES_MODEL_URL: `${url('rulesModel')}/v1`,
        STAND_INS_URL: url('standIns'),
        STAND_INS_SMTP_URL: `smtp://127.0.0.1:${ports.mail}`,
        PUBLIC_URL: publicUrl,
        ...agentTokenVariable(env),
        ...vendorVariables(env),
      },
    }),
    service(lab, 'console', {
      port: ports.console,
      env: {
        CONSOLE_PORT: ports.console,
        ...agentTokenVariable(env),
        AGENT_URL: url('agent'),
        PM_URL: url('processManager'),
        PROM_URL: url('prometheus'),
        ALERTMANAGER_URL: url('alertmanager'),
        STAND_INS_URL: url('standIns'),
        ...(env.GRAFANA_URL && { GRAFANA_URL: env.GRAFANA_URL }),
      },
    }),
    service(lab, 'gateway', {
      port: ports.gateway,
      env: { GATEWAY_PORT: ports.gateway, AGENT_URL: url('agent'), ...agentTokenVariable(env), ...gatewayVariables(env) },
    }),
    {
      name: 'prometheus',
      port: ports.prometheus,
      launch: async () => ({
        command: leashed(lab.prometheus, [
          `--config.file=${directory.prometheusConfig}`,
          `--storage.tsdb.path=${directory.prometheusData}`,
          '--storage.tsdb.retention.time=1d',
          `--web.listen-address=127.0.0.1:${ports.prometheus}`,
          `--web.external-url=${url('prometheus')}`,
          // No page of another origin reads metrics: this fits no origin.
          '--web.cors.origin=^$',
        ]),
        env: { ...passedOn(env), RELOAD_ON: directory.teamRules },
      }),
      isReady: answersAt(`${url('prometheus')}/-/ready`),
    },
    {
      name: 'alertmanager',
      port: ports.alertmanager,
      launch: async () => ({
        command: [
          ...nodeCommand(lab.directory.root, 'packages/lab/src/alertmanager-front/main.ts'),
          lab.alertmanager,
          `--config.file=${alertmanagerConfig(lab)}`,
          `--storage.path=${directory.alertmanagerData}`,
          '--data.retention=24h',
          '--cluster.listen-address=',
        ],
        env: {
          ...passedOn(env),
          NODE_COMPILE_CACHE: compileCache(directory.root),
          LAB_LEASH: 'stdin',
          HOST: '127.0.0.1',
          ALERTMANAGER_PORT: String(ports.alertmanager),
          ALERTMANAGER_EXTERNAL_URL: url('alertmanager'),
        },
      }),
      isReady: answersAt(`${url('alertmanager')}/-/ready`),
    },
    ...(traffic > 0 ? [customers(lab)] : []),
  ]
}

/** The shop's customers: a trickle that never ends, so that a fault has somebody to hit. */
function customers({ book, directory, env, traffic }: PartsInput): Part {
  const flags = { url: book.url('loadBalancer'), rps: traffic, duration: A_DAY, 'report-every': 60 }
  const [node, ...args] = nodeCommand(directory.root, 'packages/traffic/src/main.ts')
  return {
    name: 'customers',
    port: null,
    after: ['process-manager', 'load-balancer'],
    launch: async () => ({
      command: [node, ...args, ...Object.entries(flags).flatMap(([name, value]) => [`--${name}`, String(value)])],
      env: { ...passedOn(env), NODE_COMPILE_CACHE: compileCache(directory.root), LAB_LEASH: 'stdin' },
    }),
    isReady: async () => true, // It listens nowhere; whether it runs is all there is to know.
  }
}

/** The longest run of the generator; then it is started again. */
const A_DAY = 86_400

interface ServiceOptions {
  port: number
  after?: string[]
  env: Record<string, string | number>
  readyPath?: string
  youngGenerationMb?: number
  readyWhen?: (answer: unknown) => boolean
}

/** One of our own packages. Each watches its standard input, see LAB_LEASH in the service kit. */
function service(lab: Lab, name: string, { port, after = [], env, readyPath = '/healthz', ...more }: ServiceOptions): Part {
  const own = Object.fromEntries(Object.entries(env).map(([variable, value]) => [variable, String(value)]))
  return {
    name,
    port,
    after,
    launch: async () => ({
      command: nodeCommand(lab.directory.root, join('packages', name, 'src', 'main.ts'), more.youngGenerationMb),
      env: { ...passedOn(lab.env), NODE_COMPILE_CACHE: compileCache(lab.directory.root), HOST: '127.0.0.1', LAB_LEASH: 'stdin', ...own },
    }),
    isReady: answersAt(`http://127.0.0.1:${port}${readyPath}`, more.readyWhen),
  }
}

/** A dozen mostly idle processes: V8's default young generation (3 × 16 MB a process) costs about 30 MB each and gains nothing here. */
const SMALL_YOUNG_GENERATION_MB = 1

/** Runs a TypeScript file of the repository in one Node process. `path` is relative to the root. */
export function nodeCommand(root: string, path: string, youngGenerationMb = SMALL_YOUNG_GENERATION_MB): [string, ...string[]] {
  return [process.execPath, `--max-semi-space-size=${youngGenerationMb}`, join(root, path)]
}

/** Where Node keeps the compiled form of what it ran: the next start takes a third less CPU. Node checks each entry against the source. */
function compileCache(root: string): string {
  return join(root, 'node_modules', '.cache', 'oncall-lab')
}

/** What any process may need of the person's environment; everything else is named by the part. */
const PASSED_ON = /^(PATH|HOME|USER|LANG|LC_\w+|TZ|TMPDIR|XDG_CACHE_HOME|LOG_LEVEL|NODE_EXTRA_CA_CERTS|(https?|no)_proxy)$/i

function passedOn(env: Lab['env']): Record<string, string> {
  return Object.fromEntries(Object.entries(env).flatMap(([name, value]) => (PASSED_ON.test(name) && value ? [[name, value]] : [])))
}

function isOk(answer: unknown): boolean {
  return typeof answer === 'object' && answer !== null && 'ok' in answer && answer.ok === true
}

/** True for the process manager's `GET /backends` once that many instances answer. */
function hasBackends(count: number): (answer: unknown) => boolean {
  return (answer) =>
    typeof answer === 'object' &&
    answer !== null &&
    'backends' in answer &&
    Array.isArray(answer.backends) &&
    answer.backends.length >= count
}
