import type { Diagnosis } from '@oncall-lab/on-call-agent/api'
import type { Question } from '../facts/metric-queries.ts'
import type { Transcript } from '../transcript.ts'

/** What a person asks without an incident. */
export interface Asked {
  /** In lower case. */
  words: string
  service: string
  tools: string[]
  transcript: Transcript
}

/** The words of an answer, and what they rest on. */
export interface Answer {
  answer: string
  evidence: Diagnosis['evidence']
}

/** A kind of question that is understood. */
export interface InquiryKind {
  id: string
  /** How to put it. */
  example: string
  matches(words: string): boolean
  /** What has to be looked at and was not yet; empty when it is time to answer. */
  questions(asked: Asked): Question[]
  answer(asked: Asked): Answer
}
