import type { CauseId } from '@oncall-lab/on-call-agent/api'

/** What happened in each recording: any of the causes is right, and `on` are the instances that have it alone. `sure`: it can be said with certainty. */
export const TRUTHS: Record<string, { causes: CauseId[]; on?: string[]; recovered?: true; sure?: true }> = {
  'a-burst-that-is-over': { causes: ['recovered'], recovered: true, sure: true },
  'a-burst-long-over': { causes: ['recovered'], recovered: true, sure: true },
  'scaled-by-mistake-just-now': { causes: ['capacity_reduced'], sure: true },
  'blindfolded-while-a-pool-leaks': { causes: ['pool_leak'], sure: true },
  'misled-by-an-annotation': { causes: ['application_exception'], sure: true },
  'a-null-dereference-on-a-starved-host': { causes: ['application_exception'], sure: true },
  bad_row: { causes: ['bad_data'] },
  'release-r6': { causes: ['bad_release'] },
  'setting-BADGES-on': { causes: ['bad_configuration'] },
  'setting-DATABASE_URL-missing-one-instance': { causes: ['bad_configuration'], on: ['127.0.0.1:14002'] },
  'the-targets-file-is-kept-an-instance-goes': { causes: ['stale_targets'] },
  'the-balancer-hangs': { causes: ['load_balancer_down'] },
  'an-instance-hangs': { causes: ['process_hung'], on: ['127.0.0.1:14002'] },
  'a-hung-instance-is-killed': { causes: ['process_hung'], on: ['127.0.0.1:14003'] },
  'release-r9': { causes: ['pool_leak', 'bad_release'] },
  waiting_migration: { causes: ['lock_contention'] },
  cpu: { causes: ['cpu_saturation', 'event_loop_blocked'] },
  max_connections: { causes: ['connections_exhausted'] },
  'a-release-leaks-connections': { causes: ['pool_leak'], on: ['127.0.0.1:14001', '127.0.0.1:14002'] },
  'scaled-from-three-to-one': { causes: ['capacity_reduced'] },
  'the-link-of-one-is-slow': { causes: ['network_partial'], on: ['127.0.0.1:14001'] },
  'slots-taken-by-reporting': { causes: ['connections_exhausted'] },
  'errors-one-instance': { causes: ['network_partial', 'bad_instance'], on: ['127.0.0.1:14001'] },
  'latency-one-instance': { causes: ['network_partial', 'bad_instance'], on: ['127.0.0.1:14003'] },
}
