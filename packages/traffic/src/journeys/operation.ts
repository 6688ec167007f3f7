/** What a request is for; the keys of the report's `by_operation`. */
const OPERATIONS = ['get_item', 'list_items', 'put_item', 'reserve_item', 'get_unknown_item', 'trigger_error', 'get_path'] as const
export type Operation = (typeof OPERATIONS)[number]

/** One request to send. */
export interface PlannedRequest {
  operation: Operation
  method: 'GET' | 'PUT' | 'POST'
  path: string
  /** JSON in ASCII. */
  body?: string
}
