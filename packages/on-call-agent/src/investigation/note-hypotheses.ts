import { LabError } from '@oncall-lab/service-kit/errors'
import type { Hypothesis } from '../api.ts'
import { defineTool, type Tool } from '../functions/tool.ts'
import { NoteHypothesesArgs, NoteHypothesesResult, summariseHypotheses } from '../functions.ts'
import type { Store } from '../store/ports.ts'
import { readResults, stands } from './check-diagnosis.ts'

export const NOTE_HYPOTHESES = 'note_hypotheses'

/** `note_hypotheses`: writes the possible causes into the timeline, at least two, or one with the reason. Quotes that stand in no result are left out. */
export function noteHypotheses(store: Store): Tool {
  return defineTool({
    name: NOTE_HYPOTHESES,
    description:
      'Notes the causes that you consider, the likeliest first, at least two (or one with the reason why no other fits), before you ask what tells them apart. Call it again when their status changes. It looks at nothing.',
    parameters: NoteHypothesesArgs,
    result: NoteHypothesesResult,
    async run({ hypotheses, reason }, { incident }): Promise<NoteHypothesesResult> {
      if (hypotheses.length < 2 && reason === undefined)
        throw new LabError('Note at least two causes, or one with the reason why no other fits', { code: 'one_hypothesis', status: 400 })
      const results = readResults(await store.transcripts.read(incident.id))
      let dropped = 0
      const noted = hypotheses.map((hypothesis): Hypothesis => {
        const because = hypothesis.because.filter(({ tool_call_id, quote }) => stands(quote, results.get(tool_call_id) ?? ''))
        dropped += hypothesis.because.length - because.length
        return { ...hypothesis, because }
      })
      await store.incidents.enterPhase(incident.id, 'hypothesize')
      await store.incidents.append(incident.id, { kind: 'hypotheses', hypotheses: noted, ...(reason !== undefined && { reason }) })
      return { noted: noted.length, dropped_quotes: dropped }
    },
    summarise: summariseHypotheses,
  })
}
