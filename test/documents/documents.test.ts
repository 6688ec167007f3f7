import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

/** What the documents name has to exist. */

const root = fileURLToPath(new URL('../..', import.meta.url))
const read = (path: string) => readFileSync(`${root}${path}`, 'utf8')
const documents = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', ...globSync('docs/**/*.md', { cwd: root })]
const sources = globSync(['packages/*/src/**/*.ts', 'docker-compose*.yaml', 'Dockerfile'], {
  cwd: root,
  exclude: (name) => name.endsWith('.test.ts'),
})
const code = sources.map(read).join('\n')
const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> } // As in every package.json.

/** What the command line of the lab declares, and the generator, which it passes on to. */
const LAB_COMMANDS = [
  'traffic',
  'drill',
  ...[...read('packages/lab/src/cli.ts').matchAll(/command\('([a-z]+)'/g)].map(([, name = '']) => name),
]

describe.each(documents)('%s', (document) => {
  const text = read(document)

  it('names only files that exist', () => {
    const linked = [...text.matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(([, path = '']) => join(dirname(document), path))
    const quoted = [...text.matchAll(/`((?:packages|test|docs|docker)\/[\w./-]+\.\w+)`/g)].map(([, path = '']) => path)
    const missing = [...linked, ...quoted].filter((path) => !existsSync(`${root}${path}`))
    expect(missing).toEqual([])
  })

  it('names only scripts that exist', () => {
    const named = [...text.matchAll(/\bpnpm(?:@12)? ([a-z][a-z:]*)\b/g)].map(([, script = '']) => script)
    expect(named.filter((script) => !(script in scripts) && !['install'].includes(script))).toEqual([])
  })

  it('names only commands of ./lab that exist', () => {
    const named = [...text.matchAll(/\.\/lab ([a-z]+)\b/g)].map(([, command = '']) => command)
    expect(named.filter((command) => !LAB_COMMANDS.includes(command))).toEqual([])
  })

  it('names only ports that something has', () => {
    const named = [...text.matchAll(/\b(?:localhost|127\.0\.0\.1):(\d{4,5})\b/g)].map(([, port = '']) => port)
    const instances = Array.from({ length: 10 }, (_, i) => String(8001 + i))
    // A model server of the reader's own is no part of the lab.
    expect(named.filter((port) => port !== '11434' && !instances.includes(port) && !code.includes(port))).toEqual([])
  })
})

it('.env.example names every variable that a service reads, and no other', () => {
  const declared = new Set<string>()
  for (const path of sources.filter((source) => /\/(main|settings|config)\.ts$/.test(source))) {
    for (const [, name = ''] of read(path).matchAll(/^\s+([A-Z][A-Z0-9_]{3,}): (?:Type\.|Seconds\(|Text\(|Integer\(|\{ )/gm))
      declared.add(name)
  }
  const example = read('.env.example')
  const named = new Set(
    [...example.matchAll(/\b([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+|HOST|PORT|FLEET|SERVICE|BACKENDS|BADGES|RELEASE|COMMIT)=/g)].map(
      ([, name = '']) => name,
    ),
  )
  expect([...declared].filter((name) => !named.has(name) && !['PATH', 'HOME'].includes(name))).toEqual([])
  expect([...named].filter((name) => !code.includes(name))).toEqual([])
})
