import { list } from '../wording.ts'
import type { Conversation, Intent } from './intent.ts'

/** "Which file?", "which instance?", "which route?". */
export const where: Intent = {
  id: 'where',
  example: '*which file / instance / route?*',
  matches: ({ said }) =>
    /\b(which|what|where)\b.*\b(files?|lines?|code|instances?|hosts?|servers?|nodes?|pods?|routes?|endpoints?|urls?|services?|components?)\b|^where\b|\bwhere (is|does|in)\b|^(file|line|instances?|routes?)$/.test(
      said.words,
    ),
  questions: () => [],
  reply: ({ transcript: { diagnosis }, facts }: Conversation) => {
    if (!diagnosis) return `I only know the service so far: ${facts.service}.`
    const { affected_file, line_number, instances, routes, component } = diagnosis
    return [
      affected_file ? `File: ${affected_file}${line_number ? `, line ${line_number}` : ''}` : 'File: the evidence names none',
      `Instances: ${instances ? list(instances) : 'the diagnosis names none'}`,
      `Routes: ${routes ? list(routes) : 'the diagnosis names none'}`,
      `Component: ${component ?? facts.service}`,
    ].join('\n')
  },
}
