import type { Conversation, Intent } from './intent.ts'

/** "Runbook?", "link to the dashboard", "show graph": what the alerts carry, and the query to paste. */
export const links: Intent = {
  id: 'links',
  instead: ['show_logs', 'what_happened', 'where'],
  matches: ({ said }) =>
    /\b(runbooks?|dashboards?|graphs?|charts?|grafana|prometheus|metrics?|links?|urls?)\b/.test(said.words) &&
    !/\b(ticket|jira)\b/.test(said.words),
  questions: () => [],
  reply: ({ facts, earlier }: Conversation) => {
    const found = facts.alerts
      .flatMap(({ labels }) => [labels.runbook_url, labels.dashboard_url])
      .filter((url) => url !== undefined && /^https?:\/\//.test(url))
    const asked = earlier.filter(({ name }) => name === 'query_prometheus').slice(0, 40)
    const query = asked
      .map(({ key }) => /"query","((?:[^"\\]|\\.)*)"/.exec(key)?.[1]?.replaceAll('\\"', '"'))
      .find((text) => text?.includes('rate('))
    return [
      ...(found.length > 0
        ? [`From the alert: ${found.join(' ')}`]
        : [`The alert carries no link. Its runbook, if there is one, is docs/runbooks/${facts.subject.alertnames[0] ?? '<alert>'}.md.`]),
      ...(query ? [`To see the graph, paste this into Prometheus:\n${query}`] : []),
    ].join('\n')
  },
}
