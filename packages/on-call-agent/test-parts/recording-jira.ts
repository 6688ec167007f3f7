import type { Person } from '../src/trackers/decide-assignee.ts'
import type { Issue, JiraClient } from '../src/trackers/jira/client.ts'

const PEOPLE: Person[] = [
  { accountId: 'acc-ravi', displayName: 'Ravi Kumar' },
  { accountId: 'acc-mina', displayName: 'Mina Patel' },
  { accountId: 'acc-minh', displayName: 'Minh Tran' },
]

/** A Jira that keeps its issues in memory. With `losesAnswers` an issue is created and its answer lost. */
export function recordingJira() {
  const issues: (Issue & Omit<Parameters<JiraClient['create']>[0], 'assignee'> & { accountId: string | undefined })[] = []
  const assigned: [string, string][] = []
  const behaviour = { losesAnswers: false }
  const client: JiraClient = {
    assignablePeople: async (query) => PEOPLE.filter(({ displayName }) => displayName.toLowerCase().includes(query.toLowerCase())),
    findByLabel: async (label) => issues.find((issue) => issue.label === label),
    async create({ assignee, ...issue }) {
      const key = `OPS-${issues.length + 1}`
      const created: Issue = { key, url: `http://jira/browse/${key}`, assignee: assignee?.displayName ?? null }
      issues.push({ ...issue, ...created, accountId: assignee?.accountId })
      if (behaviour.losesAnswers) throw new Error('no answer')
      return created
    },
    async assign(key, { displayName }) {
      assigned.push([key, displayName])
    },
  }
  return { ...client, issues, assigned, behaviour }
}
