const MEBI = 1_048_576

/** By which factors a number that was seen may be written with a unit; the first stem that a unit begins with counts. */
export const STEMS: readonly { stem: string; factors: readonly number[] }[] = [
  { stem: '%', factors: [1, 100] },
  { stem: 'per', factors: [1, 100] },
  { stem: 'ms', factors: [1, 1_000] },
  { stem: 'millisecond', factors: [1, 1_000] },
  { stem: 'minute', factors: [1, 1 / 60] },
  { stem: 'min', factors: [1, 1 / 60] },
  { stem: 's', factors: [1, 0.001, 60] },
  { stem: 'k', factors: [1, 1 / 1_000, 1 / 1_024] },
  { stem: 'm', factors: [1, 1e-6, 1 / MEBI] },
  { stem: 'g', factors: [1, 1e-9, 1 / (MEBI * 1_024)] },
]
