/** The states of an incident record, by their stored values. */
export const STATE = { new: '1', inProgress: '2', resolved: '6' } as const

/** Resolved, closed, canceled. */
export const isOver = (state: string) => ['6', '7', '8'].includes(state)
