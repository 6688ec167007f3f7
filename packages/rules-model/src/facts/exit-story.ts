import { excerpt } from '../wording.ts'
import { type Death, lastWords, memoryBefore } from './deaths.ts'
import type { Facts } from './facts.ts'

/** What an exit tells about its cause, in sentences: the last words in the log, and how to read its signal or code. */
export function explainExit(facts: Facts, death: Death): string {
  const words = lastWords(facts, death)
  const spoke =
    facts.logs.kind !== 'seen'
      ? 'The log could not be read.'
      : words
        ? `Just before, it logged "${excerpt(words, 120)}".`
        : isLogged(facts, death)
          ? 'It logged nothing before.'
          : 'What it logged before is not in the part of the log that was read.'
  if (death.how === 'killed') return `${spoke} ${explainKill(facts, death)}`
  if (death.how === 'terminated') return `${spoke} Somebody or something stopped it from outside; it did not fail by itself.`
  if (death.how === 'aborted') return `${spoke} An abort is how Node ends when its heap is full or a native assertion fails.`
  if (death.how === 'native_crash') return `${spoke} The signal means a crash in native code, not in JavaScript.`
  if (death.how === 'ended') return `${spoke} It ended by itself without an error code.`
  return `${spoke} It ended by itself with an error, most likely an exception that nobody caught${words ? '' : ', whose text went to its standard error, not to this log'}.`
}

/** Whether the log that was read goes back to that moment, and shows all of its entries. */
function isLogged({ logs, now }: Facts, { at }: Death): boolean {
  if (logs.kind !== 'seen') return false
  const { window_seconds, count, entries } = logs.value.result
  const [oldest] = entries
  if (now !== undefined && at < now - window_seconds * 1_000) return false
  return count <= entries.length || (oldest !== undefined && Date.parse(oldest.ts) < at - 10_000)
}

function explainKill(facts: Facts, death: Death): string {
  const memory = memoryBefore(facts, death)
  if (memory.kind === 'high') return `SIGKILL with memory grown before it points at the kernel's out-of-memory killer or a memory limit.`
  if (memory.kind === 'low')
    return `SIGKILL without memory growth points at a kill from outside rather than at the kernel's out-of-memory killer. Who sent it cannot be told from here.`
  return `SIGKILL comes from outside or from the kernel's out-of-memory killer; its memory before could not be seen, so which of the two cannot be told from here.`
}
