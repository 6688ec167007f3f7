import type { Incident } from '../api.ts'

/** Which incident a person's message is about. */
export type IncidentDecision =
  | { kind: 'incident'; id: string; reason: 'named' | 'quoted' | 'only_open' | 'conversation_goes_on' | 'latest' }
  | { kind: 'ask'; incidents: Incident[]; reason: 'ambiguous' }
  | { kind: 'none'; reason: 'unknown_ref' | 'no_incident' }

/** What is known when a message comes. */
export interface MessageContext {
  text: string
  /** The incident of the message that it quotes. */
  quoted: string | undefined
  /** Newest first. */
  incidents: Incident[]
  /** As the store tells. */
  last: { newest: string | undefined; newestFromPerson: string | undefined }
}

/** A ref in the text wins, then the quoted message; else the open incident, if it is plain which one; a guess between two is never made. */
export function decideIncident({ text, quoted, incidents, last }: MessageContext): IncidentDecision {
  const ref = /\bI(\d{1,9})\b/i.exec(text)?.[0].toUpperCase()
  if (ref) {
    const named = incidents.find((incident) => incident.ref === ref)
    return named ? { kind: 'incident', id: named.id, reason: 'named' } : { kind: 'none', reason: 'unknown_ref' }
  }
  if (quoted) return { kind: 'incident', id: quoted, reason: 'quoted' }
  const open = incidents.filter(({ status }) => status !== 'resolved')
  const goesOn = last.newest !== undefined && last.newest === last.newestFromPerson
  if (goesOn && last.newest) return { kind: 'incident', id: last.newest, reason: 'conversation_goes_on' }
  if (open.length > 1) return { kind: 'ask', incidents: open, reason: 'ambiguous' }
  if (open[0]) return { kind: 'incident', id: open[0].id, reason: 'only_open' }
  const latest = last.newest ?? incidents[0]?.id
  return latest ? { kind: 'incident', id: latest, reason: 'latest' } : { kind: 'none', reason: 'no_incident' }
}
