/** How something is; each has a colour, a shape and a word. */
export type Tone = 'ok' | 'warn' | 'bad' | 'dim' | 'accent'

const SHAPES: Record<Tone, string> = {
  ok: 'M5 1a4 4 0 1 0 .01 0Z',
  warn: 'M5 .8 9.4 9H.6Z',
  bad: 'M1.2 1.2h7.6v7.6H1.2Z',
  dim: 'M1 4h8v2H1Z',
  accent: 'M5 .8 9.2 5 5 9.2.8 5Z',
}

/** The shape that goes with a tone, for those who do not see the colour. */
export function Shape({ tone, size = 10 }: { tone: Tone; size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 10 10" aria-hidden="true">
      <path d={SHAPES[tone]} fill="currentColor" />
    </svg>
  )
}

export function Badge({ tone, children }: { tone: Tone; children: React.ReactNode }) {
  return (
    <span className={`badge ${tone}`}>
      <Shape tone={tone} />
      {children}
    </span>
  )
}

const STATUS_TONES: Record<string, Tone> = {
  investigating: 'accent',
  diagnosed: 'warn',
  inconclusive: 'warn',
  mitigating: 'accent',
  resolved: 'ok',
}

/** An incident's status; an unknown word is shown as it is. */
export function StatusBadge({ status }: { status: string }) {
  return <Badge tone={STATUS_TONES[status] ?? 'dim'}>{status}</Badge>
}

/** An alert's severity; what is no warning and no information is as bad as critical. */
export function SeverityBadge({ severity }: { severity: string }) {
  const tone = /^(warn|warning|minor|low)$/i.test(severity) ? 'warn' : /^(info|none|ok|debug)$/i.test(severity) ? 'dim' : 'bad'
  return <Badge tone={tone}>{severity || 'no severity'}</Badge>
}
