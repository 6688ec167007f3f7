import { join } from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'

const SHOTS = join(import.meta.dirname, '../../.lab/shots')

/** Keeps the page as a picture for people. */
export const keepShot = (page: Page, name: string) => page.screenshot({ path: join(SHOTS, `${name}.png`) })

/** What axe-core finds on the page, and what is wider than the screen, in both themes and two widths; each is kept as a picture. */
export async function examinePage(page: Page, name: string): Promise<string[]> {
  const found: string[] = []
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    for (const width of [1280, 390]) {
      await page.setViewportSize({ width, height: 900 })
      // Colours are the same at each width, and places in each theme: three of the four tell all.
      const { violations } = colorScheme === 'light' && width === 390 ? { violations: [] } : await new AxeBuilder({ page }).analyze()
      found.push(...violations.map(({ id, nodes }) => `${name} ${colorScheme} ${width}: ${id} at ${nodes[0]?.target.join(' ')}`))
      // The picture comes first: it waits until everything has its new width.
      await keepShot(page, `${name}-${colorScheme}-${width}`)
      const overflow = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')
      if (Number(overflow) > 0) found.push(`${name} ${colorScheme} ${width}: ${overflow} px wider than the screen`)
    }
  }
  await page.setViewportSize({ width: 1280, height: 900 })
  await page.emulateMedia({ colorScheme: 'light' })
  return found
}
