/** What the shop's processes export, for whoever writes PromQL. */
export const SHOP_METRICS =
  'Scraped every 5 s. Jobs: inventory, load-balancer, process-manager, agent. ' +
  'Of inventory, by instance: http_requests_total {method, route, status}, http_errors_total {route, status}, http_request_duration_seconds (histogram; method, route), ' +
  'request_phase_seconds (histogram; phase is queue: waiting for the event loop, self: computing, db: waiting for the database or for a connection of the pool, outbound: other services), ' +
  'db_up, db_errors_total {code: SQLSTATE or Node’s}, db_pool_connections_max, db_pool_connections, db_pool_connections_in_use, db_pool_waiting_requests, db_pool_acquire_seconds (histogram), ' +
  'process_cpu_seconds_total, process_resident_memory_bytes, nodejs_heap_size_used_bytes, nodejs_external_memory_bytes, nodejs_eventloop_lag_p99_seconds, process_start_time_seconds, inventory_build_info {release, commit}, shop_reservations_total (made, whoever heard of it). ' +
  'Of the process manager: process_manager_instances {state}, process_manager_instance_restarts_total {port}, process_manager_instance_exits_total {port, cause}. ' +
  'Of the load balancer: load_balancer_requests_total {backend, status, origin: backend or balancer}, load_balancer_answers_total {method, class: 2xx, …; each request once}, load_balancer_retries_total {reason}, load_balancer_upstream_failures_total {reason}, ' +
  'load_balancer_ejections_total {backend, reason}, load_balancer_backends, load_balancer_backends_available, load_balancer_request_duration_seconds (histogram).'
