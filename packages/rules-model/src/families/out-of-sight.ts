import { defineFamily } from './family.ts'

/** The alert is about something that no function can see. */
export const outOfSight = defineFamily({
  id: 'out_of_sight',
  cause: 'out_of_sight',
  name: 'Something that cannot be seen from here',
  prior: 1,
  explains: ['errors', 'latency', 'cpu', 'memory', 'availability', 'database', 'traffic', 'monitoring', 'disk'],
  evidence: { sight: { out_of_sight: 6, in_sight: -6 } },
  tell: {
    headline: ({ service }) => `I cannot see ${service}: nothing that I can ask knows it, so I only know what the alert says.`,
    because: [],
    component: ({ service }) => service,
    steps: ({ service }) => [
      `Look at ${service} by hand: its dashboards, its log, its last release.`,
      `Tell the people who run ${service}.`,
      'Give the agent a target that sees it.',
    ],
  },
})
