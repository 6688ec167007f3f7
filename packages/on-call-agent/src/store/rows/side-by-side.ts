/**
 * Waits for statements that are sent one behind the other, without waiting for the answer in between. All of them have ended when it resolves or
 * throws the first failure, so that nothing of a change goes on behind its end.
 */
export async function sideBySide(...statements: Promise<unknown>[]): Promise<void> {
  for (const result of await Promise.allSettled(statements)) if (result.status === 'rejected') throw result.reason
}
