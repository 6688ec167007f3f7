/** When the tests' alerts begin to fire. */
export const FIRING_AT = Date.parse('2026-11-20T12:00:00Z')
/** When the investigation looks. */
export const NOW = FIRING_AT + 20_000

/** The shop's instances. */
export const INSTANCE_NAMES = ['127.0.0.1:8001', '127.0.0.1:8002', '127.0.0.1:8003']
