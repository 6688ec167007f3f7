import { ago, type Setting } from '../setting.ts'
import { setting, type WholeLogged } from './whole-logged.ts'

const undici = (message: string, code: string) => ({ message, code, error: 'TypeError' })

/** A release that went to all instances so many seconds ago. */
const released = (at: Setting, seconds: number) => ({
  ...{ at: ago(seconds), what: 'deploy_finished', by: 'POST /deploy by the pipeline', from: '0.1.0', to: null, release: '0.1.1' },
  ports: at.instances.map((name) => Number(name.split(':')[1])),
})

/** Lines of a Go service: its own log, as logfmt. */
const goLines = (at: Setting, error: string) =>
  Array.from({ length: 24 }, (_, index) => {
    const instance = at.instances[index % at.instances.length]
    return `time=${ago(1 + ((at.began - 1) * (24 - index)) / 24)} level=ERROR msg="quote failed" instance=${instance} route=${at.routes[2]} status=502 err="${error}"`
  })

/** What a shop logs of those that it calls, in the words of its libraries. */
export const STRANGE_PARTNERS: WholeLogged[] = [
  {
    id: 'the search index has locked itself on a full disk',
    causes: ['disk_full', 'dependency_down'],
    entry: {
      message:
        'cluster_block_exception\n\tRoot causes:\n\t\tcluster_block_exception: index [products] blocked by: [TOO_MANY_REQUESTS/12/disk usage exceeded flood-stage watermark, index has read-only-allow-delete block];',
      error: 'ResponseError',
    },
    writes: true,
  },
  {
    id: 'the cache is full and evicts nothing',
    causes: ['resource_exhausted', 'dependency_down', 'out_of_memory'],
    entry: { message: "OOM command not allowed when used memory > 'maxmemory'.", error: 'ReplyError' },
    writes: true,
  },
  {
    id: 'borrowed cloud keys have run out',
    causes: ['permission_denied', 'bad_configuration'],
    entry: { message: 'The security token included in the request is expired', error: 'ExpiredTokenException' },
    writes: true,
  },
  {
    id: 'the certificate of a partner has ended',
    causes: ['dependency_down', 'bad_configuration'],
    entry: undici('certificate has expired', 'CERT_HAS_EXPIRED'),
    status: 502,
    writes: true,
  },
  {
    id: 'the search was moved to an address with another name in its certificate',
    causes: ['bad_configuration'],
    entry: undici(
      "Hostname/IP does not match certificate's altnames: Host: search-2.internal. is not in the cert's altnames: DNS:search.internal",
      'ERR_TLS_CERT_ALTNAME_INVALID',
    ),
    status: 502,
    more: (at) => ({ changes: [setting(at, 'SEARCH_URL', 'https://search.internal', 'https://search-2.internal')] }),
  },
  {
    id: 'a partner closes connections that we still use',
    causes: ['network_partial', 'dependency_down'],
    entry: {
      ...undici('fetch failed: other side closed', 'UND_ERR_SOCKET'),
      stack:
        'TypeError: fetch failed\n    at node:internal/deps/undici/undici:13510:13\n    at async quote (/app/src/shipping/quote.js:31:20)',
    },
    status: 502,
    writes: true,
    share: [0.06, 0.12],
  },
  {
    id: 'the paid throughput of a table is used up',
    causes: ['resource_exhausted', 'dependency_down'],
    entry: {
      message:
        'The level of configured provisioned throughput for the table was exceeded. Consider increasing your provisioning level with the UpdateTable API.',
      error: 'ProvisionedThroughputExceededException',
    },
    writes: true,
  },
  {
    id: 'the name of the price service is gone, logged by a Go service',
    causes: ['dependency_down', 'bad_configuration'],
    entry: { message: '' },
    status: 502,
    writes: true,
    more: (at) => ({
      log: [],
      rawLog: goLines(
        at,
        'Post \\"http://pricing.internal:8080/quote\\": dial tcp: lookup pricing.internal on 10.96.0.10:53: no such host',
      ),
    }),
  },
  {
    id: 'a refused connection that says nothing of itself',
    causes: ['dependency_down'],
    entry: {
      message: '',
      code: 'ECONNREFUSED',
      error: 'AggregateError',
      stack:
        'AggregateError [ECONNREFUSED]: \n    at internalConnectMultiple (node:net:1134:18)\n    at afterConnectMultiple (node:net:1715:7)',
    },
    status: 500,
    writes: true,
  },
  {
    id: 'a partner is down, and a release came after it began',
    causes: ['dependency_down'],
    entry: { message: 'Request failed with status code 503', code: 'ERR_BAD_RESPONSE', error: 'AxiosError' },
    status: 502,
    writes: true,
    more: (at) => ({ changes: [released(at, at.began - 25)] }),
  },
  {
    id: 'an answer whose body is read twice',
    causes: ['application_exception'],
    entry: {
      message: 'Body is unusable: Body has already been read',
      error: 'TypeError',
      stack:
        'TypeError: Body is unusable: Body has already been read\n    at consumeBody (node:internal/deps/undici/undici:5712:15)\n    at Response.json (node:internal/deps/undici/undici:5664:18)\n    at confirm (/app/src/payments/confirm.js:47:26)',
    },
    writes: true,
    share: [0.06, 0.15],
  },
  {
    id: 'a partner is reached over IPv6 only, and there is no way',
    causes: ['network_partial', 'dependency_down'],
    entry: { message: 'connect ENETUNREACH 2606:4700::6810:84e5:443 - Local (:::0)', code: 'ENETUNREACH' },
    status: 502,
    writes: true,
  },
  {
    id: 'the proxy on the way out wants a password',
    causes: ['permission_denied', 'bad_configuration'],
    entry: undici('Proxy response (407) !== 200 when HTTP Tunneling', 'UND_ERR_ABORTED'),
    status: 502,
    writes: true,
  },
]
