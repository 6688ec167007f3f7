import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Service } from '@oncall-lab/service-kit/service'

/** The page's own files and nothing else; no page of another origin may frame it. */
const POLICY =
  "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

/** Serves `page.html` of the folder at `path`, and its style and script below `/<name>/`. */
export function servePage(app: Service, { path, name, folder }: { path: string; name: string; folder: string }): void {
  for (const [at, file, type] of [
    [path, 'page.html', 'text/html'],
    [`/${name}/page.css`, 'page.css', 'text/css'],
    [`/${name}/page.js`, 'page.js', 'text/javascript'],
  ] as const) {
    const content = readFileSync(join(folder, file), 'utf8')
    app.get(at, async (_request, reply) =>
      reply
        .header('content-security-policy', POLICY)
        .header('x-content-type-options', 'nosniff')
        .header('cache-control', 'no-cache')
        .type(`${type}; charset=utf-8`)
        .send(content),
    )
  }
}
