import type { Person } from '../src/trackers/decide-assignee.ts'
import type { NewTicket, Ticket, Tracker } from '../src/trackers/tracker.ts'

const PEOPLE: Person[] = [
  { accountId: 'acc-ravi', displayName: 'Ravi Kumar' },
  { accountId: 'acc-mina', displayName: 'Mina Patel' },
  { accountId: 'acc-minh', displayName: 'Minh Tran' },
]

/** A Jira that keeps its issues in memory. What `fails` once may arrive all the same, so much later. */
export function recordingJira() {
  const issues: (Ticket & Omit<NewTicket, 'assignee'> & { accountId: string | undefined })[] = []
  const assigned: [string, string][] = []
  const comments: [string, string][] = []
  const closed: string[] = []
  const behaviour: { fails?: { error: Error; arrives: boolean; afterMs?: number } | undefined } = {}
  const client: Tracker = {
    id: 'jira',
    owns: (key) => key.startsWith('OPS-'),
    assignable: async (query) => PEOPLE.filter(({ displayName }) => displayName.toLowerCase().includes(query.toLowerCase())),
    findByLabel: async (label) => issues.find((issue) => issue.label === label),
    async create({ assignee, ...issue }) {
      const { fails } = behaviour
      behaviour.fails = undefined
      const arrive = () => {
        const key = `OPS-${issues.length + 1}`
        const created: Ticket = { key, url: `http://jira/browse/${key}`, assignee: assignee?.displayName ?? null }
        issues.push({ ...issue, ...created, accountId: assignee?.accountId })
        return created
      }
      if (!fails) return arrive()
      if (fails.arrives) setTimeout(arrive, fails.afterMs ?? 0)
      throw fails.error
    },
    async assign(key, { displayName }) {
      assigned.push([key, displayName])
    },
    async comment(key, text) {
      comments.push([key, text])
    },
    async close(key) {
      closed.push(key)
    },
  }
  return { ...client, issues, assigned, comments, closed, behaviour }
}
