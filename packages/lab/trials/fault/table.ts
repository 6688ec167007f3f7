import type { Ending, Outcome } from './run-trial.ts'
import type { Trial } from './trials.ts'

/** One trial with what came of it, by how it was ended. */
export interface Row {
  trial: Trial
  outcomes: Partial<Record<Ending, Outcome>>
}

/** Markdown: what moved and what the logs said; then whether all was back. */
export function formatTables(rows: Row[]): string {
  return [
    '| fault | metric | before | during | highest | moved after | alerts at its end | log messages, count |',
    '|---|---|---|---|---|---|---|---|',
    ...rows.flatMap(formatEffect),
    '',
    '| fault | back after `none` | database then | back after the TTL | database then |',
    '|---|---|---|---|---|',
    ...rows.map(formatEnd),
  ].join('\n')
}

function formatEffect({ trial, outcomes }: Row): string[] {
  const outcome = outcomes.none ?? outcomes.ttl
  if (!outcome) return []
  return outcome.figures.map(({ indicator, before, during, highest, afterSeconds }, index) => {
    const moved = afterSeconds === undefined ? 'not' : `${afterSeconds.toFixed(0)} s`
    const last = index > 0 ? ['', ''] : [outcome.alerts.join(', ') || 'none', outcome.logs.map(formatLog).join('<br>') || 'none']
    const cells = [
      index > 0 ? '' : describe(trial),
      `\`${indicator.name}\``,
      quantity(before, indicator.unit),
      quantity(during, indicator.unit),
      quantity(highest, indicator.unit),
      moved,
      ...last,
    ]
    return `| ${cells.join(' | ')} |`
  })
}

function formatEnd({ trial, outcomes }: Row): string {
  return `| ${[trial.fault.mode, ...formatEnding(outcomes.none), ...formatEnding(outcomes.ttl)].join(' | ')} |`
}

function formatEnding(outcome: Outcome | undefined): string[] {
  if (!outcome) return ['', '']
  const back = outcome.backAfterSeconds === undefined ? 'NOT' : `${outcome.backAfterSeconds.toFixed(0)} s`
  return [back, outcome.database.join('; ').replaceAll('|', '/') || 'as before']
}

function describe({ fault: { mode, ...fields }, lastsSeconds }: Trial): string {
  const details = Object.entries(fields).map(([name, value]) => `${name} ${value}`)
  return `${mode} (${[...details, `${lastsSeconds} s`].join(', ')})`
}

function formatLog({ text, count }: Outcome['logs'][number]): string {
  return `${count} × ${text.replaceAll('|', '/').slice(0, 140)}`
}

function quantity(value: number, unit: string): string {
  return `${value >= 100 ? value.toFixed(0) : value.toPrecision(2)} ${unit}`.trim()
}
