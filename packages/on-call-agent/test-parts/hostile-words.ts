import { lookAlikes } from '@oncall-lab/test-kit/look-alikes'

/** What programs of the list take as well, and must not be given here. */
const OPTIONS = [
  '-H',
  'root@evil.example',
  '--root=/tmp/x',
  '--machine=x',
  '--file=/etc/shadow',
  '-D',
  '/etc/shadow',
  '--vacuum-size=1',
  '--rotate',
  '-K',
  '-T',
  '@/etc/shadow',
  '--proxy=evil.example',
  '--unix-socket=/run/docker.sock',
  '--pid=1',
  '-F',
  '--to-file=/etc/shadow',
  '--state=/tmp/x',
  '-',
  '--',
  '-exec',
  '-s9',
]

/** Within the line, at its end or at its beginning. */
const MARKS = [
  '\u001b[2J',
  '\u001b[200~',
  '\u0007',
  '\b',
  '\v',
  '\f',
  '\u007f',
  '\u0085',
  '\u009b31m',
  '\u2029',
  '\u200b',
  '\u202e',
  '\ud800',
]

/** What a shell makes of a line beside its words. */
const SHELL: ((command: string) => string)[] = [
  (c) => `${c} !!`,
  (c) => `!${c}`,
  (c) => `${c} $_`,
  (c) => `${c} $'\\x3b'id`,
  (c) => `${c} <(id)`,
  (c) => `${c} >(id)`,
  (c) => `${c} $((1))`,
  (c) => `${c} [a-z]*`,
  (c) => `${c} ?`,
  (c) => `(${c})`,
  (c) => `{ ${c}; }`,
  (c) => `coproc ${c}`,
  (c) => `exec ${c}`,
  (c) => `eval ${c}`,
  (c) => `. ${c}`,
  (c) => `nohup ${c}`,
  (c) => `time ${c}`,
  (c) => `command ${c}`,
  (c) => `xargs ${c}`,
  (c) => `nice ${c}`,
  (c) => `setsid ${c}`,
  (c) => `busybox ${c}`,
  (c) => `/usr/bin/${c}`,
  (c) => `./${c}`,
  (c) => `../bin/${c}`,
  (c) => `=${c}`,
  (c) => `${c} <<EOF`,
  (c) => `${c} 2>&1`,
  (c) => `${c} |& sh`,
  (c) => `${c} ;;`,
  (c) => `^${c}^id`,
  (c) => `if ${c}`,
  (c) => `trap id EXIT ${c}`,
  (c) => `PATH=/tmp ${c}`,
  (c) => `IFS=x ${c}`,
  (c) => `${c}\\`,
  (c) => `${c},id`,
  (c) => `${c}:id`,
  (c) => `${c}=id`,
  (c) => c.split('').join(' '),
  (c) => c.replaceAll(' ', '+'),
  (c) => c.replaceAll(' ', '%20'),
  (c) => c.replaceAll(' ', '_'),
  (c) => c.replaceAll(' ', '\u3000'),
  (c) => [...c].toReversed().join(''),
  (c) => Buffer.from(c).toString('base64'),
  (c) => JSON.stringify({ command: c }),
  (c) => JSON.stringify(c.split(' ')),
]

/** Other ways to write what is listed, and listed names where another kind of name belongs. */
const OTHERS = [
  ...['', ':80/', '/#', '/?', '/.', '/%2e%2e', '/{a,b}', '/[1-9]', '/;id', '/~root'].map((end) => `curl http://127.0.0.1${end}`),
  ...['HTTP://127.0.0.1/', 'https://127.0.0.1/', 'http:/127.0.0.1/', '//127.0.0.1/', 'http://127.1/', 'http://localhost/'].map(
    (url) => `curl ${url}`,
  ),
  ...['http://[::ffff:127.0.0.1]/', 'http://0x7f.1/', 'http://127.0.0.1\\@evil.example/', 'gopher://127.0.0.1/', 'dict://127.0.0.1/'].map(
    (url) => `curl ${url}`,
  ),
  'systemctl status /var/log/nginx/access.log',
  'systemctl status web-prod-01',
  'systemctl status 4711',
  'systemctl show http://127.0.0.1/',
  'journalctl -u /etc/nginx/nginx.conf -n 5',
  'tail -n 5 nginx',
  'tail -n 5 /etc/nginx/nginx.conf',
  'tail -n 5 /var/backups/nginx.conf',
  'tail -n 5 /var/cache/nginx',
  'tail -n 5 /etc/logrotate.d/nginx',
  'du /etc/nginx/nginx.conf',
  'du /var/log/nginx',
  'diff /var/log/nginx/access.log',
  'diff /var/backups/nginx.conf',
  'curl web-prod-01',
  'curl /var/log/nginx/access.log',
  'ping nginx',
  'ping http://127.0.0.1/',
  'getent hosts nginx',
  'getent hosts http://127.0.0.1/',
  'clear /var/cache/nginx',
  'keep /etc/nginx/nginx.conf',
  'restore /etc/nginx/nginx.conf',
  'put back /etc/nginx/nginx.conf',
  'systemctl restart nginx',
  'logrotate /etc/logrotate.d/nginx',
  'kill 4711',
]

/** What other clients of a server of SSH send, and what only the host's own side could be told. */
export const WIRE = [
  'internal-sftp',
  '/usr/lib/openssh/sftp-server',
  'scp -t /',
  'rsync --server -e.LsfxC . /',
  'git-upload-pack /',
  'timeout',
  'timeout 10',
  'timeout df -P -k',
  ...['0', '010', '61', '10s', '1m', '1e1', '+10', '-10', '10.0', '\u0661\u0660', 'infinity', '99999999999', '0x0a'].map(
    (seconds) => `timeout ${seconds} df -P -k`,
  ),
  'timeout -s KILL 10 df -P -k',
  'timeout 10 -k 1 df -P -k',
  'timeout 10 timeout 10 df -P -k',
  'TIMEOUT 10 df -P -k',
  'timeout 10 diff -u /etc/nginx/nginx.conf /var/backups/nginx.conf',
  'timeout 10 diff -u /var/backups/nginx.conf /var/backups/nginx.conf',
  'timeout 10 cp -p /etc/nginx/nginx.conf.oncall /etc/nginx/nginx.conf.oncall',
  'timeout 10 cp -p /etc/nginx/nginx.conf /var/backups/nginx.conf',
  'timeout 10 cp -p /etc/nginx/nginx.conf.oncall /var/backups/nginx.conf',
  'timeout 10 cp -p /etc/nginx/nginx.conf /etc/nginx/nginx.conf.oncall.oncall',
  'timeout 10 cp -r /etc/nginx/nginx.conf /etc/nginx/nginx.conf.oncall',
  'timeout 10 find /var/cache -xdev -mindepth 1 -delete',
  'timeout 10 find /var/cache/nginx/ -xdev -mindepth 1 -delete',
  'timeout 10 find /var/cache/nginx -xdev -mindepth 0 -delete',
  'timeout 10 find /var/cache/nginx / -xdev -mindepth 1 -delete',
  'timeout 10 find -L /var/cache/nginx -xdev -mindepth 1 -delete',
  'timeout 10 logrotate --force --state=/tmp/x /etc/logrotate.d/nginx',
  'timeout 10 logrotate --force /etc/logrotate.d/nginx /tmp/x',
  'timeout 10 systemctl restart nginx sshd',
  'timeout 10 systemctl reload nginx',
  'timeout 10 systemctl restart --no-block nginx',
  'timeout 10 kill -TERM 0',
  'timeout 10 kill -TERM 04711',
  'timeout 10 kill -TERM 4711x',
  'timeout 10 kill -KILL 4711',
  'timeout 10 kill -TERM -4711',
  'timeout 10 service nginx',
  'timeout 10 runaway 80 60',
  'timeout 10 elevate sudo -n',
]

/** Hundreds of texts that are none of these commands and come near to one: their words by what looks like them, in another order, with one too few or too many, and with what a shell or a terminal acts upon. */
export function hostileWords(allowed: string[]): string[] {
  const near = allowed.flatMap((command) => {
    const words = command.split(' ')
    const joined = (changed: string[]) => changed.join(' ')
    return [
      ...words.flatMap((word, i) => likeWord(word).map((other) => joined(words.with(i, other)))),
      ...words.map((_, i) => joined(words.toSpliced(i, 1))),
      ...words.map((word, i) => joined(words.toSpliced(i, 0, word))),
      ...words.slice(1).map((word, i) => joined(words.toSpliced(i, 2, word, words[i] ?? ''))),
      ...OPTIONS.map((option, i) => joined(words.toSpliced(1 + (i % words.length), 0, option))),
      ...MARKS.flatMap((mark) => [`${command}${mark}`, `${mark}${command}`, command.slice(0, 4) + mark + command.slice(4)]),
      ...SHELL.map((twist) => twist(command)),
    ]
  })
  const isThere = new Set(allowed)
  return [...new Set([...near, ...OTHERS])].filter((text) => !isThere.has(text))
}

/** Texts alone, for a word is never anything else, and no other number in the place of a number. */
function likeWord(word: string): string[] {
  const isNumber = /^\d+$/
  return lookAlikes(word).flatMap(({ json }) => {
    try {
      const value: unknown = JSON.parse(json)
      const isAnother =
        typeof value === 'string' && value.length < 2_000 && !(isNumber.test(word) && isNumber.test(value) && !value.startsWith('0'))
      return isAnother ? [value] : []
    } catch {
      return []
    }
  })
}
