import { CliError } from '../cli-error.ts'
import { database } from './database.ts'
import type { DemoStory } from './demo-story.ts'
import { kubernetes } from './kubernetes.ts'
import { servicenow } from './servicenow.ts'
import { shop } from './shop.ts'

/** What `lab demo <name>` plays; the first one where no name is given. A story is one file and one line here. */
export const STORIES: readonly [DemoStory, ...DemoStory[]] = [shop, database, kubernetes, servicenow]

/** @throws CliError that lists the names. */
export function findStory(name: string): DemoStory {
  const found = STORIES.find((each) => each.name === name)
  if (found) return found
  throw new CliError(`There is no story ${JSON.stringify(name)}; there are ${STORIES.map((each) => each.name).join(', ')}.`)
}
