import { configDefaults, defineConfig } from 'vitest/config'

const DOCKER = 'test/docker/**/*.test.ts'
const DOCUMENTS = 'test/documents/run-blocks.test.ts'
const BROWSER = 'test/browser/**/*.test.ts'

/** What takes minutes has a mode of its own: `docker` needs a Docker engine, `documents` runs every command of the documents, `browser` needs Chromium. One file at a time, because of the ports; the last two play with a whole lab on a busy machine, so a test gets a second try. */
const MODES: Record<string, object> = {
  docker: { include: [DOCKER], fileParallelism: false, testTimeout: 240_000, hookTimeout: 300_000 },
  documents: { include: [DOCUMENTS], retry: 1 },
  browser: { include: [BROWSER], fileParallelism: false, retry: 1, testTimeout: 120_000, hookTimeout: 180_000 },
}

export default defineConfig(({ mode }) => ({
  test: MODES[mode] ?? {
    include: ['packages/*/{src,page,test-parts}/**/*.test.ts', 'bench/src/**/*.test.ts', 'test/**/*.test.ts'],
    exclude: [...configDefaults.exclude, DOCKER, DOCUMENTS, BROWSER],
    globalSetup: ['test/postgres-server-setup.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
}))
