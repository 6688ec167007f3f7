import { onTestFinished } from 'vitest'
import { openShopDatabase } from '../src/store/shop-database.ts'
import type { Surroundings } from '../src/surroundings.ts'

/** The shop's database, opened and tried for the first time; closed with the test. `codes` are the failures that it told. */
export async function openShop(url: string, surroundings: Surroundings = {}) {
  const codes: string[] = []
  const watch = {
    acquired() {},
    failed: (code: string) => void codes.push(code),
    reserved() {},
    wait: <T>(call: () => Promise<T>) => call(),
  }
  const shop = openShopDatabase(url, { surroundings, watch })
  onTestFinished(() => shop.items[Symbol.asyncDispose]())
  await shop.firstAttempt
  return { ...shop, codes }
}
