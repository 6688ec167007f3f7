/** The machine's name, everywhere. */
export const MACHINE = 'web-prod-01'
/** Its one service, a real process. */
export const SERVICE = 'nginx'

/** Where things lie on it, as its own programs see them. */
export const PLACES = {
  configuration: '/etc/nginx/nginx.conf',
  saved: '/var/backups/nginx.conf',
  rotation: '/etc/logrotate.d/nginx',
  accessLog: '/var/log/nginx/access.log',
  cache: '/var/cache/nginx',
  page: '/var/www/index.html',
} as const
