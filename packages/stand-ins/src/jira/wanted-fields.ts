/**
 * Whether a `fields` parameter asks for a field: names, `*all`, `*navigable` (all but comments), and `-name`, which takes one out; only exclusions mean
 * all but those. Jira takes both a list and a comma-separated text.
 */
export function fieldFilter(given: unknown): (name: string) => boolean {
  const names = [given ?? []].flat().flatMap((part) =>
    String(part)
      .split(',')
      .map((name) => name.trim())
      .filter(Boolean),
  )
  const excluded = new Set(names.filter((name) => name.startsWith('-')).map((name) => name.slice(1)))
  const included = new Set(names.filter((name) => !name.startsWith('-')))
  const isAll = included.size === 0 || included.has('*all')
  return (name) => !excluded.has(name) && (isAll || included.has(name) || (included.has('*navigable') && name !== 'comment'))
}
