import type { Inquiry, InquiryRequest } from '../api.ts'

/** Questions that open no incident. */
export interface InquiryStore {
  /** Stores a question; one whose id is known already is returned as it is. */
  open(request: InquiryRequest): Promise<{ inquiry: Inquiry; isNew: boolean }>
  /** Replaces what is known of it while it runs; what has ended stays as it is. */
  update(inquiry: Inquiry): Promise<void>
  find(id: string): Promise<Inquiry | undefined>
  /** Newest first; of one context where it is given. */
  list(limit: number, context?: string): Promise<Inquiry[]>
  /** Those without an answer, oldest first. */
  running(): Promise<Inquiry[]>
}
