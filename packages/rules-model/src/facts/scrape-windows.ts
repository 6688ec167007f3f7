import { windowOver } from '@oncall-lab/on-call-agent/scrape-pace'
import { askMetric, METRIC_QUERIES, type MetricName, type Question } from './metric-queries.ts'

/** The windows of our queries fit scrapes that are five seconds apart, and none that are further apart than this. */
const USUAL_SECONDS = 7.5
const MADE_FOR_SECONDS = 5
/** The newest entries of the log: whether errors still come. */
export const FRESH_LOGS: Question = { tool: 'fetch_logs', args: { seconds: 15, limit: 10 } }
const FRESH_SCRAPES = 3

/** A metric's question with windows that hold as many scrapes as usual: longer where those of the service are far between, shorter where they are close together. */
export function askOver(name: MetricName, job: string, scrapeSeconds: number | undefined): Question {
  return fit(askMetric(name, job), scrapeSeconds)
}

/** The same for questions of a list that ask for one of our metrics or for the newest log; a rule's own expression stays as it is. */
export function overScrapes(questions: Question[], job: string, scrapeSeconds: number | undefined): Question[] {
  if (isUsual(scrapeSeconds)) return questions
  const own = new Set((Object.keys(METRIC_QUERIES) as MetricName[]).map((name) => askMetric(name, job).args.query))
  return questions.map((question) =>
    question === FRESH_LOGS ? askFreshLogs(scrapeSeconds) : own.has(question.args.query) ? fit(question, scrapeSeconds) : question,
  )
}

/** The question for the newest entries of the log, as far back as the newest counts reach. */
export function askFreshLogs(scrapeSeconds: number | undefined): Question {
  // Entries come without scrapes: far between ones make it no older.
  const seconds = windowOver(15, Math.min(scrapeSeconds ?? MADE_FOR_SECONDS, MADE_FOR_SECONDS), FRESH_SCRAPES)
  return { ...FRESH_LOGS, args: { ...FRESH_LOGS.args, seconds } }
}

function isUsual(scrapeSeconds: number | undefined): boolean {
  return scrapeSeconds === undefined || (scrapeSeconds >= MADE_FOR_SECONDS && scrapeSeconds <= USUAL_SECONDS)
}

function fit({ tool, args }: Question, scrapeSeconds: number | undefined): Question {
  if (isUsual(scrapeSeconds)) return { tool, args }
  const query = String(args.query).replace(/\[(\d+)(s|m)\]/g, (window, count: string, unit: string) => {
    const seconds = Number(count) * (unit === 'm' ? 60 : 1)
    const fitting = windowOver(seconds, scrapeSeconds)
    return fitting === seconds ? window : `[${fitting}s]`
  })
  const range = args.range_seconds === undefined ? {} : { range_seconds: windowOver(Number(args.range_seconds), scrapeSeconds) }
  return { tool, args: { ...args, query, ...range } }
}
