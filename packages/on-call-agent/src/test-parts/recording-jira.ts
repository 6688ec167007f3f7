import type { Person } from '../clients/decide-assignee.ts'
import type { Issue, JiraClient } from '../clients/jira.ts'

const PEOPLE: Person[] = [
  { accountId: 'acc-ravi', displayName: 'Ravi Kumar' },
  { accountId: 'acc-mina', displayName: 'Mina Patel' },
  { accountId: 'acc-minh', displayName: 'Minh Tran' },
]

/** A Jira that keeps its issues in memory. With `losesAnswers` an issue is created and its answer lost. */
export function recordingJira() {
  const issues: (Issue & Parameters<JiraClient['create']>[0])[] = []
  const assigned: [string, string][] = []
  const behaviour = { losesAnswers: false }
  const client: JiraClient = {
    assignablePeople: async (query) => PEOPLE.filter(({ displayName }) => displayName.toLowerCase().includes(query.toLowerCase())),
    findByLabel: async (label) => issues.find((issue) => issue.label === label),
    async create(issue) {
      const key = `OPS-${issues.length + 1}`
      const created: Issue = { key, url: `http://jira/browse/${key}`, assignee: issue.assignee?.displayName ?? null }
      issues.push({ ...issue, ...created } as (typeof issues)[number])
      if (behaviour.losesAnswers) throw new Error('no answer')
      return created
    },
    async assign(key, { displayName }) {
      assigned.push([key, displayName])
    },
  }
  return { ...client, issues, assigned, behaviour }
}
