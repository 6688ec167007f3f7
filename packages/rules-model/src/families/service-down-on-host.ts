import { defineFamily } from './family.ts'

/** A service on a host has stopped. */
export const serviceDownOnHost = defineFamily({
  id: 'service_down_on_host',
  cause: 'service_down_on_host',
  name: 'A service on a host that has stopped',
  prior: 0.5,
  explains: ['availability', 'monitoring', 'errors'],
  evidence: {
    subject: { host: 2.4, service: -3, balancer: -3 },
    targets: { down: 1.6, unlisted: 0.6, all_up: -2 },
    scrapes: { one_job: 0.4 },
    hostUnit: { failed: 4, stopped: 4, restarting: 1.5, active: -4 },
    hostPage: { silent: 1, answers: -2.5 },
    hostSettings: { changed: -2, as_saved: 0.4 },
    hostDisk: { full: -1.5 },
    hostJournal: { killed: 0.8, says_nothing: 0.2, configuration: -2.5, no_space: -1.5 },
    nodes: { not_ready: 9, all_ready: -1 },
  },
  follows: ['podWaiting', 'probes'],
  next: ['hostUnit', 'hostJournal', 'hostPage', 'hostSettings', 'targets', 'nodes'],
  remedies: ['restart_service', 'drain_node'],
  tell: {
    headline: ({ service, text, is }) =>
      is('nodes', 'not_ready')
        ? `Node ${text('nodes')} does not report any more: its kubelet, the machine or the way to it is gone.`
        : `${text('hostUnit') ?? service} has stopped on its host.`,
    because: ['nodes', 'hostUnit', 'hostJournal', 'hostPage', 'hostSettings', 'targets', 'scrapes'],
    component: ({ service, text, is }) => (is('nodes', 'not_ready') ? `${text('nodes')} (kubelet)` : service),
    instances: ['targets'],
    steps: ({ service, text, is }) => [
      ...(is('nodes', 'not_ready')
        ? [
            `On ${text('nodes')}, look at systemctl status kubelet and its journal; without a way in, at the machine itself.`,
            'Drain the node when it does not come back soon, so that its pods run elsewhere.',
          ]
        : []),
      `On the host, look at systemctl status and the journal of ${service}; start it again.`,
      'Find out why it stopped: an update, a full disk, the out-of-memory killer.',
    ],
  },
})
