import { describeError } from '@oncall-lab/service-kit/errors'
import { claimWithoutAnswer, type FailedCall } from '@oncall-lab/service-kit/failed-call'
import { createTransport } from 'nodemailer'
import { DeliveryError, type Messenger, type OutgoingMessage } from '../channel.ts'
import { oneLine } from '../outgoing-text.ts'

/** Which server, and who sends; from the configuration. */
export interface MailSettings {
  /** `smtp://…` or `smtps://…`, with a name and password where the server wants them. */
  url: string
  from: string
  /** How long a server may say nothing. */
  timeoutMs?: number
}

const SUBJECT_CHARS = 150

/**
 * Mail by SMTP, one connection a message. A server's 250 is all that is known of it: bounces are not read. The message id holds the reference, so a
 * repetition is the same mail to whatever sorts out doubles.
 */
export function createMailMessenger({ url, from, timeoutMs = 10_000 }: MailSettings): Messenger {
  const { hostname, protocol } = new URL(url)
  const isHere = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname)
  const transport = createTransport({
    url,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
    // A password never travels in the clear but on this machine.
    ...(isHere ? { ignoreTLS: true } : { requireTLS: protocol === 'smtp:' }),
  })
  const domain = from.slice(from.lastIndexOf('@') + 1)
  return {
    async send({ to, body, incident, reference, repeat, kind }) {
      // Without its domain: what looks like an address is made unreadable before it is stored, and two mails would be one.
      const vendorId = `${reference}.${incident?.ref ?? kind}`
      const thread = incident && `<${incident.id}@${domain}>`
      const mail = {
        from,
        to: to.replace(/^mailto:/, ''),
        subject: subjectOf({ body, incident, repeat }),
        text: body,
        messageId: `<${vendorId}@${domain}>`,
        ...(thread && { inReplyTo: thread, references: [thread] }),
        headers: { 'Auto-Submitted': 'auto-generated', ...(incident && { 'X-Oncall-Incident': incident.ref }) },
      }
      try {
        const { rejected } = await transport.sendMail(mail)
        if (rejected.length === 0) return { vendorId }
      } catch (error) {
        throw asDeliveryError(error)
      }
      throw new DeliveryError('The mail server refused the address', { code: 'rejected', retryable: false, uncertain: false })
    },
    // SMTP has no question for it.
    find: async () => undefined,
  }
}

/** The first line, without markup; a line break in it would begin another header, and is none after this. */
function subjectOf({ body, incident, repeat }: Pick<OutgoingMessage, 'body' | 'incident' | 'repeat'>): string {
  const first = oneLine(body.split('\n', 1)[0] ?? '', SUBJECT_CHARS).replace(new RegExp(`^${incident?.ref ?? '-'} `), '')
  return `${repeat ? '(repeat) ' : ''}${incident ? `[${incident.ref}] ` : ''}${first || 'Message of the on-call agent'}`
}

/** What nodemailer's errors hold. https://nodemailer.com/smtp/#error-codes */
function asDeliveryError(error: unknown): DeliveryError {
  const { responseCode, code = 'unreachable', ...silence } = readError(error)
  const failed = responseCode === undefined ? claimOfSilence(error, { code, ...silence }) : claimOfReply(responseCode, code)
  const what = responseCode === undefined ? 'gave no answer' : `answered ${responseCode}`
  const words = `The mail server ${what}: ${describeError(error).slice(0, 300)}`
  return DeliveryError.of(words, { ...failed, code: responseCode ? String(responseCode) : code, cause: error })
}

/** 4xx passes; a refused login is somebody's to mend; any other 5xx is about this mail. RFC 5321, 4.2.1. */
function claimOfReply(status: number, code: string): FailedCall {
  const isLogin = code === 'EAUTH' || [530, 534, 535, 538].includes(status)
  return { claim: status < 500 || isLogin ? 'retryable' : 'final', slow: isLogin, retryAfterMs: undefined }
}

/** Before its greeting nothing is said to a server. */
const BEFORE_ALL = ['CONNECT_TIMEOUT', 'GREETING_TIMEOUT']

/** Without an answer a mail may be there, unless nobody was reached. */
function claimOfSilence(error: unknown, { code, syscall, timeoutType = '' }: SmtpError & { code: string }): FailedCall {
  if (BEFORE_ALL.includes(timeoutType)) return { claim: 'retryable', slow: false, retryAfterMs: undefined }
  const isUnreached = syscall === 'connect' || code === 'EDNS' || code === 'ETLS' || code === 'EAUTH' || code === 'ENOAUTH'
  return isUnreached ? { claim: 'retryable', slow: code !== 'EDNS', retryAfterMs: undefined } : claimWithoutAnswer(error)
}

interface SmtpError {
  responseCode?: number
  code?: string
  syscall?: string
  /** What was waited for. */
  timeoutType?: string
}

function readError(error: unknown): SmtpError {
  if (!(error instanceof Error)) return {}
  return {
    ...('responseCode' in error && typeof error.responseCode === 'number' && { responseCode: error.responseCode }),
    ...('code' in error && typeof error.code === 'string' && { code: error.code }),
    ...('syscall' in error && typeof error.syscall === 'string' && { syscall: error.syscall }),
    ...('timeoutType' in error && typeof error.timeoutType === 'string' && { timeoutType: error.timeoutType }),
  }
}
