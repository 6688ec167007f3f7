import { join } from 'node:path'
import { reachableDirectory } from '@oncall-lab/postgres-server/server-user'

/** Where one lab keeps its files; all paths absolute. */
export interface LabDirectory {
  /** The repository's root. */
  root: string
  /** `.lab/<port offset>`. */
  state: string
  runFile: string
  /** One file a part, `<part>.log`. */
  logs: string
  prometheusConfig: string
  alertmanagerConfig: string
  prometheusData: string
  alertmanagerData: string
  /** Prometheus' file-SD targets, written by the process manager. */
  targetsFile: string
  /** The rules of the shop's team, written by the process manager, which Prometheus reads beside alerts.yaml. */
  teamRules: string
  /** Keeps the releases of the shop that were built, for all labs of this repository. */
  releases: string
  /** Holds `inventory_common.log`. */
  errorLogs: string
  /** Holds the databases; `demo/` in the state directory for a demo, which begins with empty ones. */
  data: string
  agentDb: string
  standInsDb: string
  /** Holds the kubeconfigs of `lab up --kubernetes`. */
  kubernetes: string
  /** Holds the machine of `lab up --hosts`, and its keys. */
  host: string
  /** Of the database server: its data, and what it needs to run. Elsewhere than in `data` where the server's user could not reach that. */
  postgres: string
}

/** In `errorLogs`: what all instances of inventory write. */
export const ERROR_LOG = 'inventory_common.log'

/** The same lab on databases of its own, so that a demo neither meets nor leaves incidents in the person's. */
export function withDemoData(directory: LabDirectory): LabDirectory {
  return { ...directory, ...locateData(join(directory.state, 'demo')) }
}

function locateData(data: string): Pick<LabDirectory, 'data' | 'agentDb' | 'standInsDb' | 'kubernetes' | 'host' | 'postgres'> {
  return {
    data,
    agentDb: join(data, 'agent.db'),
    standInsDb: join(data, 'stand-ins.db'),
    kubernetes: join(data, 'kubernetes'),
    host: join(data, 'host'),
    postgres: reachableDirectory(join(data, 'postgres')),
  }
}

/** The same lab with monitoring files of its own, so that they can differ from the repository's. */
export function withOwnMonitoring(directory: LabDirectory): LabDirectory {
  return { ...directory, ...locateMonitoring(directory.state) }
}

function locateMonitoring(
  monitoring: string,
): Pick<LabDirectory, 'prometheusConfig' | 'alertmanagerConfig' | 'targetsFile' | 'teamRules' | 'errorLogs'> {
  return {
    prometheusConfig: join(monitoring, 'prometheus.yaml'),
    alertmanagerConfig: join(monitoring, 'alertmanager.yaml'),
    targetsFile: join(monitoring, 'targets', 'inventory_targets.json'),
    teamRules: join(monitoring, 'targets', 'rules', 'team.yaml'),
    errorLogs: join(monitoring, 'logs'),
  }
}

/** At offset 0 the monitoring files of the repository's root are used in place; other labs have rendered copies in their own directory. */
export function locateLabDirectory(root: string, offset: number): LabDirectory {
  const state = join(root, '.lab', String(offset))
  return {
    root,
    state,
    runFile: join(state, 'run.json'),
    logs: join(state, 'logs'),
    prometheusData: join(state, 'prometheus'),
    alertmanagerData: join(state, 'alertmanager'),
    releases: join(root, '.lab', 'releases'),
    ...locateMonitoring(offset === 0 ? root : state),
    ...locateData(state),
  }
}
