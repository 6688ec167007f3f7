import { askMetric, METRIC_QUERIES, type MetricName, type Question } from './metric-queries.ts'

/** A rate needs so many scrapes, or it is often no number at all. */
const SCRAPES = 4
/** The windows of our queries fit scrapes that are no further apart. */
const USUAL_SECONDS = 7.5

/** A metric's question with windows that hold several scrapes, where those of the service are far between. */
export function askOver(name: MetricName, job: string, scrapeSeconds: number | undefined): Question {
  return widen(askMetric(name, job), scrapeSeconds)
}

/** The same for questions of a list that ask for one of our metrics; a rule's own expression stays as it is. */
export function overScrapes(questions: Question[], job: string, scrapeSeconds: number | undefined): Question[] {
  if (scrapeSeconds === undefined || scrapeSeconds <= USUAL_SECONDS) return questions
  const own = new Set((Object.keys(METRIC_QUERIES) as MetricName[]).map((name) => askMetric(name, job).args.query))
  return questions.map((question) => (own.has(question.args.query) ? widen(question, scrapeSeconds) : question))
}

function widen({ tool, args }: Question, scrapeSeconds: number | undefined): Question {
  if (scrapeSeconds === undefined || scrapeSeconds <= USUAL_SECONDS) return { tool, args }
  const least = Math.ceil(SCRAPES * scrapeSeconds)
  const query = String(args.query).replace(/\[(\d+)(s|m)\]/g, (window, count: string, unit: string) =>
    Number(count) * (unit === 'm' ? 60 : 1) >= least ? window : `[${least}s]`,
  )
  return { tool, args: { ...args, query } }
}
