/** How far somebody has read the events of all incidents. */
export interface Cursors {
  /** Undefined for one who never began. */
  get(name: string): Promise<number | undefined>
  set(name: string, eventId: number): Promise<void>
}
