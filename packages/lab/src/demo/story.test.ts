import { expect, it } from 'vitest'
import type { Screen } from './screen.ts'
import { beginStory } from './story.ts'

function createRecorder(): { lines: string[]; screen: Screen } {
  const lines: string[] = []
  const screen: Screen = {
    line: (text) => lines.push(text),
    paint: (_, text) => text,
    wait: () => undefined,
    [Symbol.dispose]: () => undefined,
  }
  return { lines, screen }
}

it('tells everything at once where nobody reads along', async () => {
  const { lines, screen } = createRecorder()
  const story = beginStory(screen, { paced: false })
  story.tell({ who: 'agent', what: 'one', detail: ['more'] })
  story.tell({ who: 'agent', what: 'two' })
  expect(lines).toHaveLength(3)
})

it('paces the lines for a reader, and begins an act when all before it is told', async () => {
  const { lines, screen } = createRecorder()
  const story = beginStory(screen, { paced: true })
  story.tell({ who: 'agent', what: 'one' })
  story.tell({ who: 'agent', what: 'two' })
  expect(lines).toEqual([])
  await story.act('Next')
  expect(lines.map((line) => line.trim().split(/\s+/).at(-1))).toEqual(['one', 'two', 'Next'])
})
