import type { DashboardPlan } from './panels.ts'

const shop: DashboardPlan = {
  id: 'shop',
  title: 'On-call lab: the shop',
  panels: [
    {
      title: 'Requests by route',
      unit: 'reqps',
      queries: { '{{route}}': 'sum by (route) (rate(http_requests_total{job="inventory"}[30s]))' },
    },
    {
      title: 'Failed share by instance',
      unit: 'percentunit',
      queries: {
        '{{instance}}':
          'sum by (instance) (rate(http_errors_total{job="inventory"}[30s])) / sum by (instance) (rate(http_requests_total{job="inventory"}[30s]))',
      },
    },
    {
      title: 'Answered within',
      unit: 's',
      queries: Object.fromEntries(
        [0.5, 0.95, 0.99].map((share) => [
          `${share * 100} %`,
          `histogram_quantile(${share}, sum by (le) (rate(http_request_duration_seconds_bucket{job="inventory"}[30s])))`,
        ]),
      ),
    },
    {
      title: 'Where the time of a request goes',
      unit: 's',
      queries: {
        '{{phase}}':
          'sum by (phase) (rate(request_phase_seconds_sum{job="inventory"}[30s])) / sum by (phase) (rate(request_phase_seconds_count{job="inventory"}[30s]))',
      },
    },
    { title: 'CPU by instance', unit: 'percentunit', queries: { '{{instance}}': 'rate(process_cpu_seconds_total{job="inventory"}[30s])' } },
    { title: 'Memory by instance', unit: 'bytes', queries: { '{{instance}}': 'process_resident_memory_bytes{job="inventory"}' } },
    { title: 'Event loop lag, p99', unit: 's', queries: { '{{instance}}': 'nodejs_eventloop_lag_p99_seconds{job="inventory"}' } },
    { title: 'Instances by state', unit: 'short', queries: { '{{state}}': 'process_manager_instances' } },
  ],
}

const balancer: DashboardPlan = {
  id: 'balancer',
  title: 'On-call lab: the load balancer',
  panels: [
    {
      title: 'Answers by status and origin',
      unit: 'reqps',
      queries: { '{{status}} {{origin}}': 'sum by (status, origin) (rate(load_balancer_requests_total[30s]))' },
    },
    {
      title: 'Requests by backend',
      unit: 'reqps',
      queries: { '{{backend}}': 'sum by (backend) (rate(load_balancer_requests_total[30s]))' },
    },
    { title: 'Second tries', unit: 'reqps', queries: { '{{reason}}': 'sum by (reason) (rate(load_balancer_retries_total[30s]))' } },
    {
      title: 'Failures of backends',
      unit: 'reqps',
      queries: { '{{reason}}': 'sum by (reason) (rate(load_balancer_upstream_failures_total[30s]))' },
    },
    {
      title: 'Answered within',
      unit: 's',
      queries: Object.fromEntries(
        [0.5, 0.99].map((share) => [
          `${share * 100} %`,
          `histogram_quantile(${share}, sum by (le) (rate(load_balancer_request_duration_seconds_bucket[30s])))`,
        ]),
      ),
    },
    {
      title: 'Backends',
      unit: 'short',
      queries: {
        listed: 'load_balancer_backends',
        available: 'load_balancer_backends_available',
        'list is stale': 'load_balancer_backend_list_stale',
      },
    },
  ],
}

const database: DashboardPlan = {
  id: 'database',
  title: 'On-call lab: the database as the shop sees it',
  panels: [
    { title: 'Reachable', unit: 'short', queries: { '{{instance}}': 'db_up' } },
    { title: 'Errors by SQLSTATE', unit: 'reqps', queries: { '{{code}}': 'sum by (code) (rate(db_errors_total[30s])) or vector(0)' } },
    {
      title: 'Connections of the pools',
      unit: 'short',
      queries: { 'in use {{instance}}': 'db_pool_connections_in_use', 'allowed {{instance}}': 'db_pool_connections_max' },
    },
    { title: 'Requests that wait for a connection', unit: 'short', queries: { '{{instance}}': 'db_pool_waiting_requests' } },
    {
      title: 'Waiting for a connection, p95',
      unit: 's',
      queries: { '{{instance}}': 'histogram_quantile(0.95, sum by (le, instance) (rate(db_pool_acquire_seconds_bucket[30s])))' },
    },
    {
      title: 'Time of a request in the database, p95',
      unit: 's',
      queries: { p95: 'histogram_quantile(0.95, sum by (le) (rate(request_phase_seconds_bucket{phase="db"}[30s])))' },
    },
  ],
}

const agent: DashboardPlan = {
  id: 'agent',
  title: 'On-call lab: the agent',
  panels: [
    {
      title: 'Alerts by what they meant',
      unit: 'short',
      queries: { '{{reason}}': 'sum by (reason) (increase(on_call_agent_alerts_total[5m]))' },
    },
    {
      title: 'Investigations by outcome',
      unit: 'short',
      queries: { '{{outcome}}': 'sum by (outcome) (increase(on_call_agent_investigations_total[5m]))' },
    },
    {
      title: 'Function calls',
      unit: 'short',
      queries: { '{{tool}} {{outcome}}': 'sum by (tool, outcome) (increase(on_call_agent_tool_calls_total[5m]))' },
    },
    {
      title: 'Attempts to send a message',
      unit: 'short',
      queries: { '{{outcome}}': 'sum by (outcome) (increase(on_call_agent_message_attempts_total[5m]))' },
    },
    { title: 'Incidents that nobody was paged for', unit: 'short', queries: { unpaged: 'on_call_agent_incidents_unpaged' } },
    { title: 'Memory', unit: 'bytes', queries: { resident: 'process_resident_memory_bytes{job="agent"}' } },
  ],
}

/** The dashboards; one more is one more plan here. */
export const DASHBOARDS: DashboardPlan[] = [shop, balancer, database, agent]
