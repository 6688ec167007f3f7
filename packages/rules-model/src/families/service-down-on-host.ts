import { defineFamily } from './family.ts'

/** A service on a host has stopped. */
export const serviceDownOnHost = defineFamily({
  id: 'service_down_on_host',
  cause: 'service_down_on_host',
  name: 'A service on a host that has stopped',
  prior: 0.5,
  explains: ['availability', 'monitoring'],
  evidence: {
    subject: { host: 2.4, service: -3, balancer: -3 },
    targets: { down: 1.6, unlisted: 0.6, all_up: -2 },
    scrapes: { one_job: 0.4 },
  },
  tell: {
    headline: ({ service }) => `${service} has stopped on its host.`,
    because: ['targets', 'scrapes'],
    component: ({ service }) => service,
    instances: ['targets'],
    steps: ({ service }) => [
      `On the host, look at systemctl status and the journal of ${service}; start it again.`,
      'Find out why it stopped: an update, a full disk, the out-of-memory killer.',
    ],
  },
})
