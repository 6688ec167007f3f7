import type { PhoneConversation } from '@oncall-lab/stand-ins/api'
import { useCapabilities } from '../data/capabilities.ts'

type Issue = PhoneConversation['issues'][number]

/** Columns that are there even while they are empty, in the order of the work. */
const USUAL: Record<Issue['tracker'], string[]> = { jira: ['To Do', 'In Progress', 'Done'], servicenow: ['New', 'In Progress', 'Resolved'] }

/** The tickets of each tracker that is connected or has some. */
export function Boards({ issues }: { issues: Issue[] }) {
  const connected = useCapabilities().data?.trackers.filter(({ kind }) => kind !== 'off') ?? []
  const trackers = (Object.keys(USUAL) as Issue['tracker'][]).filter(
    (id) => connected.some((tracker) => tracker.id === id) || issues.some(({ tracker }) => tracker === id),
  )
  return trackers.map((id) => <Board key={id} id={id} issues={issues.filter(({ tracker }) => tracker === id)} />)
}

/** The tickets of one tracker as a board, a column for each status. */
function Board({ id, issues }: { id: Issue['tracker']; issues: Issue[] }) {
  const tracker = useCapabilities().data?.trackers.find((each) => each.id === id)
  const statuses = [...new Set([...USUAL[id], ...issues.map(({ status }) => status)])]
  const open = (issue: Issue) => (tracker?.address ? new URL(issue.url, tracker.address).href : undefined)
  return (
    <section className="panel" aria-labelledby={`tickets-${id}`}>
      <header>
        <h2 id={`tickets-${id}`}>Tickets in {tracker?.name ?? id}</h2>
        {tracker?.detail && <span className="soft small">{tracker.detail}</span>}
      </header>
      <div className="board">
        {statuses.map((status) => {
          const its = issues.filter((issue) => issue.status === status)
          return (
            <section key={status} aria-label={`${status} in ${tracker?.name ?? id}`}>
              <h3>
                {status} <span className="soft">{its.length}</span>
              </h3>
              <ul>
                {its.map((issue) => (
                  <li key={issue.key} className="card">
                    <a href={open(issue)} target="_blank" rel="noreferrer noopener">
                      {issue.key}
                    </a>
                    <span className="foreign clamp" title={issue.summary}>
                      {issue.summary}
                    </span>
                    <span className="soft small foreign">{issue.assignee ?? 'unassigned'}</span>
                  </li>
                ))}
              </ul>
            </section>
          )
        })}
      </div>
    </section>
  )
}
