/** Lets every one have a turn in each round, A B C A B C …, so that a slow while of the machine meets all of them alike. */
export async function takeTurns<T>(all: readonly T[], rounds: number, turn: (one: T, round: number) => Promise<void>): Promise<void> {
  for (let round = 1; round <= rounds; round += 1) for (const one of all) await turn(one, round)
}

/** Adds one round's value of one contender, to three digits behind the point. */
export function note(values: Record<string, number[]>, name: string, value: number): void {
  values[name] = [...(values[name] ?? []), Math.round(value * 1_000) / 1_000]
}
