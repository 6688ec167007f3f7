import { faultMarks, useFaultHistory } from '../data/fleet.ts'
import { useIncident, useNewestIncidents } from '../data/incidents.ts'
import { marksOf } from '../data/marks.ts'
import { COURSE_SECONDS, useCourses } from '../data/prometheus.ts'
import { Chart, type Mark } from './Chart.tsx'
import { Failure } from './Failure.tsx'

const percent = (value: number) => `${(value * 100).toFixed(value > 0 && value < 0.1 ? 1 : 0)} %`
const seconds = (value: number) => (value < 1 ? `${Math.round(value * 1_000)} ms` : `${value.toFixed(1)} s`)
const rate = (value: number) => `${value.toFixed(value < 10 ? 1 : 0)}/s`

/** Errors, throughput and latency of the last 15 minutes, with the moments of faults and of the newest incident. */
export function LiveCourses() {
  const { data, error } = useCourses()
  const newest = useNewestIncidents().data?.incidents[0]
  const { data: incident } = useIncident(newest?.ref)
  const from = Date.now() / 1_000 - COURSE_SECONDS
  const faults = faultMarks(useFaultHistory().data)
  const marks: Mark[] = [...faults, ...(incident ? marksOf(incident) : [])].filter(({ at }) => at > from).sort((a, b) => a.at - b.at)
  return (
    <section className="panel courses" aria-label="The last 15 minutes">
      <Failure error={error} what="No courses: " />
      {data && (
        <div className="charts">
          <Chart
            title="Errors"
            times={data.times}
            values={data.error_ratio}
            format={percent}
            atLeast={0.1}
            atMost={1}
            marks={marks}
            tone="bad"
          />
          <Chart title="Requests" times={data.times} values={data.rps} format={rate} atLeast={5} marks={marks} tone="accent" />
          <Chart
            title="95 % answered within"
            times={data.times}
            values={data.p95}
            format={seconds}
            atLeast={0.1}
            marks={marks}
            tone="accent"
          />
        </div>
      )}
    </section>
  )
}
