/** It listens where the agent listens, and needs nothing of its own. */
export const apiSettings = {}
