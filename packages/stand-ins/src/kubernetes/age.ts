/** A duration as kubectl prints it: `9s`, `3m20s`, `12m`, `5h10m`, `3d4h`, `400d` (apimachinery's HumanDuration). */
function humanDuration(ms: number): string {
  const seconds = Math.floor(Math.max(ms, 0) / 1_000)
  if (seconds < 120) return `${seconds}s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 10) return pair(minutes, 'm', seconds % 60, 's')
  if (minutes < 180) return `${minutes}m`
  const hours = Math.floor(minutes / 60)
  if (hours < 8) return pair(hours, 'h', minutes % 60, 'm')
  if (hours < 48) return `${hours}h`
  const days = Math.floor(hours / 24)
  return hours < 192 ? pair(days, 'd', hours % 24, 'h') : `${days}d`
}

const pair = (large: number, unit: string, small: number, smallUnit: string) =>
  small === 0 ? `${large}${unit}` : `${large}${unit}${small}${smallUnit}`

/** The age of something that began at this time. */
export const ageOf = (since: string | undefined, now: number) => (since ? humanDuration(now - Date.parse(since)) : '<unknown>')
