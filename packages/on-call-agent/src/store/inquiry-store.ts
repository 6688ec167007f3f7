import type { Inquiry, InquiryRequest } from '../api.ts'

/** Questions that open no incident. */
export interface InquiryStore {
  open(request: InquiryRequest): Promise<Inquiry>
  /** Replaces what is known of it. */
  update(inquiry: Inquiry): Promise<void>
  find(id: string): Promise<Inquiry | undefined>
  /** Those without an answer, oldest first. */
  running(): Promise<Inquiry[]>
}
