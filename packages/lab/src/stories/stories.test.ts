import { expect, test } from 'vitest'
import { findStory, STORIES } from './stories.ts'

test('each story has a name of its own and says in a few words what it is about', () => {
  const names = STORIES.map(({ name }) => name)
  expect(new Set(names).size).toBe(names.length)
  for (const { about } of STORIES) expect(about.length).toBeLessThan(90)
})

test('a story that does not exist is refused with the names of those that do', () => {
  expect(findStory('shop').name).toBe('shop')
  expect(() => findStory('shopp')).toThrow(/no story "shopp"; there are shop/)
})
