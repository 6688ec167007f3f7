/** What looks like a secret, and the part of it that may stay. No pattern reaches over a quotation mark: JSON stays JSON. */
const SECRETS: [RegExp, string][] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[^"]*?-----END [A-Z ]*PRIVATE KEY-----/g, '[redacted private key]'],
  [/\b(Bearer|Basic)\s+[A-Za-z0-9+/._~=-]{12,}/g, '$1 [redacted]'],
  [/\b(sk|pk|rk)-[A-Za-z0-9_-]{16,}/g, '[redacted key]'],
  [/\b(gh[pousr]_|github_pat_|xox[abprs]-|AKIA|ATATT)[A-Za-z0-9_-]{12,}/g, '[redacted token]'],
  [/\beyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]*/g, '[redacted token]'],
  [/(\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@"\\]*):[^\s@"\\]+@/gi, '$1:[redacted]@'],
  [/((?:password|passwd|secret|api[_-]?key|access[_-]?token|auth[_-]?token)\\?["']?\s*[=:]\s*\\?["']?)[^\s"'\\,;&]{4,}/gi, '$1[redacted]'],
]

/** Takes out of a text what looks like a credential, before a model, a phone or a ticket gets it. */
export function redact(text: string): string {
  return SECRETS.reduce((clean, [pattern, kept]) => clean.replace(pattern, kept), text)
}
