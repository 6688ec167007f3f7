/** The fields that a `fields` parameter names; undefined for all. Jira takes both a list and a comma-separated text. */
export function wantedFields(given: unknown): Set<string> | undefined {
  const names = [given ?? []].flat().flatMap((part) =>
    String(part)
      .split(',')
      .map((name) => name.trim()),
  )
  return names.length === 0 || names.some((name) => name === '*all' || name === '*navigable') ? undefined : new Set(names)
}
