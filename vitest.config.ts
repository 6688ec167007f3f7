import { configDefaults, defineConfig } from 'vitest/config'

const DOCKER = 'test/docker/**/*.test.ts'

/** `--mode docker` is `pnpm test:docker`: what needs a Docker engine. One file at a time, because the ports are the lab's own. */
export default defineConfig(({ mode }) => ({
  test:
    mode === 'docker'
      ? { include: [DOCKER], fileParallelism: false, testTimeout: 240_000, hookTimeout: 300_000 }
      : {
          include: ['packages/*/{src,test-parts}/**/*.test.ts', 'bench/src/**/*.test.ts', 'test/**/*.test.ts'],
          exclude: [...configDefaults.exclude, DOCKER],
          globalSetup: ['test/postgres-server-setup.ts'],
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
}))
