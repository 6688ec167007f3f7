import { closeSync, existsSync, openSync, unlinkSync, writeFileSync } from 'node:fs'
import type { Options } from '../../options.ts'
import type { Moment } from '../../run/moment.ts'
import { profileOf } from '../../schedule.ts'
import type { Report } from '../report.ts'
import { drawPlot } from './draw-plot.ts'
import { createSeries } from './series.ts'

const MOST_POINTS = 600

/** The picture of a run that is under way. */
export interface PlotFile {
  watch(moment: Moment): void
  /** Draws it; returns the file's path. */
  write(report: Report): string
}

/** @throws when the file cannot be written: before the run, not after it. */
export function openPlot(path: string, options: Options): PlotFile {
  try {
    const isNew = !existsSync(path)
    closeSync(openSync(path, 'a'))
    if (isNew) unlinkSync(path)
  } catch (cause) {
    throw new Error(`option '--plot <file>': cannot write ${path}`, { cause })
  }
  const series = createSeries(Math.max(1, Math.ceil(options.duration / MOST_POINTS)))
  const profile = profileOf(options)
  return {
    watch: series.watch,
    write(report) {
      writeFileSync(path, drawPlot({ report, points: series.points(), asked: (at) => profile(at).rate }))
      return path
    },
  }
}
