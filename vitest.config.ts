import { configDefaults, defineConfig } from 'vitest/config'
import { SlowestFirst } from './test/slowest-first.ts'

const DOCKER = 'test/docker/**/*.test.ts'
const DOCUMENTS = 'test/documents/run-blocks.test.ts'
const BROWSER = 'test/browser/**/*.test.ts'

const POSTGRES = ['test/postgres-server-setup.ts']
/** Make up inputs: `pnpm test` tries a few of them, the mode `long` many. */
const MADE_UP = ['packages/inventory/src/bad-input.test.ts']
/** Change with a vendor, a model server, a database server, another program's judgement, a rule or the model's words, and take three minutes together. */
const RARE = [
  'test/models.test.ts',
  'test/vendor-checks/**/*.test.ts',
  'test/replies/**/*.test.ts',
  'test/rules/fast-clock.test.ts',
  'packages/postgres-server/src/{server,gate}.test.ts',
  'packages/stand-ins/src/kubernetes/{kubectl,client-node,manifests,chart}.test.ts',
  'packages/on-call-agent/src/targets/hosts/{openssh,target}.test.ts',
  'packages/load-balancer/src/ambiguous-requests.test.ts',
  'packages/on-call-agent/src/targets/kubernetes/same-as-kubectl.test.ts',
  'packages/on-call-agent/src/{agent-secrets,agent-injected-carriers-whole}.test.ts',
  'packages/inventory/src/faults/undone.test.ts',
  'packages/on-call-agent/src/actions/bad-proposals-elsewhere.test.ts',
  'packages/on-call-agent/test-parts/stranger/**/*.test.ts',
  'packages/rules-model/src/{each-function-cut,recordings-cut,whole-cut}.test.ts',
]

/**
 * What takes minutes has a mode of its own: `docker` needs a Docker engine, `documents` runs every command of the documents, `browser` needs Chromium. One file at a time, because of the ports; the last two play with a whole lab on a busy machine, so a test gets a second try.
 * `rare` holds what seldom changes, `long` makes up a hundred times as many inputs.
 */
const MODES: Record<string, object> = {
  docker: { include: [DOCKER], fileParallelism: false, testTimeout: 240_000, hookTimeout: 300_000 },
  documents: { include: [DOCUMENTS], retry: 1 },
  rare: { include: RARE, globalSetup: POSTGRES, testTimeout: 120_000, hookTimeout: 60_000 },
  long: { include: MADE_UP, globalSetup: POSTGRES, provide: { runs: 5_000 }, testTimeout: 900_000 },
  browser: { include: [BROWSER], fileParallelism: false, retry: 1, testTimeout: 120_000, hookTimeout: 180_000 },
}

/** Measure rates, turns of the event loop or CPU: they run last, each on a core of its own. */
const MEASURED = [
  'packages/on-call-agent/src/agent-event-loop.test.ts',
  'packages/traffic/src/**/*.test.ts',
  'test/regular-expressions.test.ts',
]

const limits = { testTimeout: 30_000, hookTimeout: 60_000 }

/**
 * All other files share processes: no test mocks a module or leaves something behind, and loading everything anew for each file would cost a third
 * of the time. One more process than there are cores of a small machine, because tests of whole processes mostly wait.
 */
const PROJECTS = [
  {
    test: {
      ...limits,
      name: 'together',
      include: ['packages/*/{src,page,test-parts}/**/*.test.ts', 'bench/src/**/*.test.ts', 'test/**/*.test.ts'],
      exclude: [...configDefaults.exclude, DOCKER, DOCUMENTS, BROWSER, ...RARE, ...MEASURED],
      globalSetup: POSTGRES,
      provide: { runs: 50 },
      isolate: false,
      maxWorkers: 3,
      sequence: { groupOrder: 0 },
    },
  },
  { test: { ...limits, name: 'measured', include: MEASURED, isolate: false, maxWorkers: 2, sequence: { groupOrder: 1 } } },
]

export default defineConfig(({ mode }) => ({
  test: MODES[mode] ?? { projects: PROJECTS, sequence: { sequencer: SlowestFirst } },
}))
