/** A table that is asked for words from outside: a word that it does not hold is undefined, also one that every object inherits, such as `constructor`. */
export function dictionary<T>(entries: Readonly<Record<string, T>>): Readonly<Record<string, T | undefined>> {
  return Object.assign(Object.create(null), entries)
}

/** The member under a name from outside, of an object that was made elsewhere. */
export const memberOf = <T>(record: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(record, name) ? record[name] : undefined
