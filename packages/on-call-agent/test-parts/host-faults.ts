/** A failure of a command over SSH; whether the same command may come through later. What it did there is read from the host, whatever is claimed. */
export interface HostFault {
  name: string
  /** What the server does with the command; else the failure comes before it. */
  answer?: (channel: { close(): unknown }) => void
  claim: 'retryable' | 'final'
  code: string
}

export const HOST_FAULTS = {
  refused: { name: 'a refused connection', claim: 'retryable', code: 'upstream_unreachable' },
  silent: { name: 'a host that says nothing', claim: 'retryable', code: 'upstream_timeout' },
  garbled: { name: 'a host that speaks another protocol', claim: 'retryable', code: 'upstream_unreachable' },
  otherKey: { name: 'another host key than the pinned one', claim: 'final', code: 'host_key_changed' },
  otherKind: { name: 'no host key of the pinned kind', claim: 'final', code: 'host_key_unknown' },
  login: { name: 'a key that the host does not take', claim: 'final', code: 'login_refused' },
  unreadable: { name: 'a key of our own that cannot be read', claim: 'final', code: 'key_unreadable' },
  cut: {
    name: 'a connection cut while the command runs',
    claim: 'retryable',
    code: 'connection_lost',
    answer: (channel) => void channel.close(),
  },
  late: { name: 'a command that does not end in time', claim: 'retryable', code: 'upstream_timeout', answer: () => undefined },
} as const satisfies Record<string, HostFault>
