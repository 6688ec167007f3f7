/** A part of an address without its percent-encoding; undefined for what is none, e.g. `%zz`, which `decodeURIComponent` throws at. */
export function decodePart(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}
