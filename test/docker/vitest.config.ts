import { defineConfig } from 'vitest/config'

/** `pnpm test:docker`: what needs a Docker engine. One lab, because the ports are the lab's own. */
export default defineConfig({
  test: {
    include: ['test/docker/**/*.test.ts'],
    fileParallelism: false,
    testTimeout: 240_000,
    hookTimeout: 300_000,
  },
})
