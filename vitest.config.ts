import { configDefaults, defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['packages/*/src/**/*.test.ts', 'test/**/*.test.ts'],
    // pnpm test:docker
    exclude: [...configDefaults.exclude, 'test/docker/**'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
})
