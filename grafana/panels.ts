import { DashboardBuilder, DatasourceVariableBuilder } from '@grafana/grafana-foundation-sdk/dashboard'
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus'
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/timeseries'

/** One panel: a title, what it is measured in, and its queries by the name of their line. */
interface PanelPlan {
  title: string
  /** Grafana's id of a unit: `reqps`, `percentunit`, `s`, `bytes`, `short`. */
  unit: string
  /** PromQL in the subset that Prometheus 2.42 and 3.x share; `{{label}}` in a name is the series' label. */
  queries: Record<string, string>
}

/** One dashboard; its id is the last part of its address. */
export interface DashboardPlan {
  id: string
  title: string
  panels: PanelPlan[]
}

const SOURCE = { uid: '$' + '{datasource}', type: 'prometheus' }
const [HALF_WIDTH, HEIGHT] = [12, 8]

/** The dashboard as Grafana imports it, two panels a row. */
export function buildDashboard({ id, title, panels }: DashboardPlan): object {
  const dashboard = new DashboardBuilder(title)
    .uid(`oncall-lab-${id}`)
    .tags(['oncall-lab'])
    .refresh('5s')
    .time({ from: 'now-15m', to: 'now' })
    .withVariable(new DatasourceVariableBuilder('datasource').type('prometheus'))
  for (const plan of panels) dashboard.withPanel(buildPanel(plan))
  return dashboard.build()
}

function buildPanel({ title, unit, queries }: PanelPlan): PanelBuilder {
  const panel = new PanelBuilder().title(title).unit(unit).datasource(SOURCE).span(HALF_WIDTH).height(HEIGHT).min(0)
  for (const [name, expr] of Object.entries(queries))
    panel.withTarget(new DataqueryBuilder().expr(expr).legendFormat(name).datasource(SOURCE))
  return panel
}
