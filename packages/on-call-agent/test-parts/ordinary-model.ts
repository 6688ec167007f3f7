import { diagnosis } from './diagnosis.ts'
import { call, calls, FIRST_LOOK, type ModelRequest, NOTE, says, scriptedModel } from './scripted-model.ts'

/** The call for a ticket, with the id `file`. */
export const FILE_TICKET = calls(
  call('file', 'create_jira_ticket', { summary: 'Prices fail', description: 'See the diagnosis.', assignee: 'Ravi' }),
)

/** The newest message of the person's that the transcript ends with, if nothing was done about it yet. */
export const asked = ({ transcript }: ModelRequest) => {
  const last = transcript.at(-1)
  return last?.role === 'user' && !last.content.startsWith('Incident') ? last.content : undefined
}

/** Looks, diagnoses; then files a ticket when a person says so and answers everything else with an echo. */
export const ordinary = () =>
  scriptedModel((request) => {
    if (!request.transcript.some(({ role }) => role === 'assistant')) return FIRST_LOOK
    const text = asked(request)
    if (text?.includes('ticket')) return FILE_TICKET
    if (text) return says(`You said: ${text}`)
    const last = request.transcript.at(-1)
    if (last?.role === 'tool' && last.tool_call_id === 'file') return says(`Done: ${last.content}`)
    return calls(NOTE, call('send', 'send_diagnosis', diagnosis()))
  })
