/** Cuts between code points, never inside one. */
export function shorten(text: string, chars: number): string {
  if (text.length <= chars) return text
  const cut = text.slice(0, chars - 1)
  return `${/[\uD800-\uDBFF]$/.test(cut) ? cut.slice(0, -1) : cut}…`
}
