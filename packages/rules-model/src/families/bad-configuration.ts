import { excerpt, list } from '../wording.ts'
import { defineFamily } from './family.ts'

const FAILURES = ['logTimeout', 'logConnection', 'logRefused', 'logUnknown', 'logProgramming', 'logUpstream', 'logConfiguration'] as const

/** `inventory PAYMENT_TIMEOUT` and `timeout of 3ms exceeded`: the name of the component tells nothing. */
function sharesWord(setting: string, words: string): boolean {
  const [, ...name] = setting.toLowerCase().split(/[^a-z]+/)
  return name.some((word) => word.length >= 4 && words.toLowerCase().includes(word))
}

/** A setting is missing, invalid or has expired. */
export const badConfiguration = defineFamily({
  id: 'bad_configuration',
  cause: 'bad_configuration',
  name: 'A missing or invalid setting',
  prior: 1.1,
  explains: ['errors', 'availability', 'database', 'latency', 'traffic'],
  evidence: {
    logConfiguration: { dominant: 3, some: 2.2, none: -0.4 },
    logCertificate: { dominant: 2.4, some: 1 },
    logName: { dominant: 0.9, some: 0.4 },
    logReadOnly: { dominant: 2, some: 1.2 },
    exit: { at_start: 1.8 },
    logAgrees: { agrees: 0.6 },
    errors: { many: 0.3, few: 0.2 },
    release: { replaced: 0.5 },
    recentChange: { setting: 3.4, setting_before: 1.4, release: -1, none: -0.4 },
    logProgramming: { dominant: 0.6 },
    errorRoutes: { one: 0.3 },
    balancerErrors: { all_errors: 0.4 },
    // Somebody waits for less long than it takes.
    refusals: { given_up: 1.4 },
    deaths: { again_and_again: 0.3 },
    // Where what the setting does is seen and has a name, that is the cause, and the setting what brought it.
    balancerList: { differs: -2.5, empty: -2.5 },
    targetList: { ghost: -2.5, both: -2.5, missing: -2.5 },
    hostSettings: { changed: 2.6, as_saved: -3 },
    hostJournal: { configuration: 2.4, killed: -0.6 },
    hostUnit: { failed: 0.8, restarting: 0.4, active: -1 },
  },
  // The rule became true as the setting was changed, or what was set has the words of what fails since.
  refine: ({ is, notes, text }) =>
    is('recentChange', 'setting')
      ? (is('rule', 'true') ? 2 : 0) + (sharesWord(notes('recentChange')[0] ?? '', text(...FAILURES) ?? '') ? 1.6 : 0)
      : 0,
  follows: ['balancerErrors', 'traffic', 'podWaiting', 'running', 'targets', 'restarts', 'hostPage', 'retries'],
  remedies: ['restore_configuration', 'set_back', 'roll_back'],
  tell: {
    headline: ({ text, is, service, instances, says }) => {
      const words =
        text('logConfiguration', 'logCertificate', 'logName') ?? (is('hostJournal', 'configuration') ? text('hostJournal') : undefined)
      if (words && is('logCertificate', 'dominant', 'some'))
        return `${service} meets a certificate that is not accepted: "${excerpt(words, 160)}".`
      if (is('logReadOnly', 'dominant', 'some'))
        return `The database of ${service} takes no writes: "${excerpt(text('logReadOnly') ?? '', 120)}". It is a standby, or it or the role was set read-only.`
      if (words) return `${service} has a missing or invalid setting: "${excerpt(words, 160)}".`
      if (is('hostSettings', 'changed')) return `${text('hostSettings')} was changed, and ${service} does not work with it.`
      if (is('recentChange', 'setting', 'setting_before')) return `A changed setting is the likely reason: ${says('recentChange')}.`
      return `${list(instances('deaths')) || service} ends right after each start, as with a missing or invalid setting.`
    },
    further: ({ is, text }) => {
      const words = text('logProgramming', 'logUnknown')
      return is('recentChange', 'setting', 'setting_before') && words ? [`Since then requests fail with "${excerpt(words, 160)}".`] : []
    },
    because: ['hostSettings', 'hostUnit', 'recentChange', 'errors', 'deaths', 'exit', 'release'],
    component: ({ service, is, notes }) =>
      is('recentChange', 'setting', 'setting_before') && notes('recentChange')[0]
        ? (notes('recentChange')[0]?.replace(/^(\S+) (.*)$/, '$1 (setting $2)') ?? service)
        : `${service} (configuration)`,
    instances: ['recentChange', 'deaths', 'errorInstances', 'logConfiguration'],
    routes: ['logConfiguration', 'logCertificate', 'logName', 'logReadOnly', 'errorRoutes'],
    hasPlace: true,
    steps: ({ instances, is, notes, text }) => [
      ...(is('recentChange', 'setting', 'setting_before')
        ? [
            text('recentChange')
              ? `It was set back ${text('recentChange')}: watch whether the trouble ends.`
              : `Set ${notes('recentChange')[0] ?? 'it'} back to what it was before; that is the least that cures it.`,
          ]
        : []),
      is('logCertificate', 'dominant', 'some')
        ? 'Look at the certificate of the named peer: its dates, its name and who signed it; renew it.'
        : 'Compare the settings of the failing instances with those that work, or with yesterday’s.',
      ...(instances('deaths').length > 0 ? [`Read the standard error of ${instances('deaths')[0]} at its end.`] : []),
      ...(is('logReadOnly', 'dominant', 'some')
        ? [
            'Ask the database SELECT pg_is_in_recovery(), and SHOW default_transaction_read_only as the role of the service: a failover, a wrong address or a setting.',
          ]
        : []),
      'Undo the last change of settings.',
    ],
  },
})
