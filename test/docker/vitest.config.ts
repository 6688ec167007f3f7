import { defineConfig } from 'vitest/config'

/** The tests that need a Docker engine: one lab in containers, taken through everything in the order of the file. */
export default defineConfig({
  test: {
    include: ['test/docker/**/*.test.ts'],
    testTimeout: 240_000,
    hookTimeout: 600_000,
  },
})
