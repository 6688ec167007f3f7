import { excerpt, list, sentence } from '../wording.ts'
import { defineFamily } from './family.ts'

/** The service's own code throws: one error, one place. */
export const applicationException = defineFamily({
  id: 'application_exception',
  cause: 'application_exception',
  name: 'An exception in the service’s own code',
  prior: 1.5,
  explains: ['errors'],
  evidence: {
    logProgramming: { dominant: 2.2, some: 0.8, uncounted: -1, none: -1 },
    logUnknown: { dominant: 0.2 },
    code: { fits: 2.4, undecided: 0.4, does_not_fit: -2.8, unread: -2 },
    logAgrees: { agrees: 1.4, elsewhere: -1.2, uncounted: -1.5 },
    errors: { many: 0.4, few: 0.3, none: -2 },
    errorRoutes: { one: 0.6, several: 0.2, all: -0.3 },
    errorInstances: { one: -0.6, all: 0.2 },
    release: { only_new_in_trouble: -1.8, replaced: -0.4 },
    recentChange: { release: -1.6, setting: -2.4, earlier: 0.2, none: 0.2 },
    codeDiff: { touches: -2 },
    fatalRequest: { same_request: -2.4 },
  },
  // Code that throws is mended by its authors; what has just brought it can be taken back.
  remedies: ['roll_back'],
  tell: {
    headline: ({ routes, place, text, service }) => {
      const what = list(routes('logProgramming', 'logUnknown', 'errorRoutes').slice(0, 3)) || service
      const error = text('logProgramming', 'logUnknown')
      const at = place ? ` at ${place.file}:${place.line}` : ''
      if (place?.culprit && error) return `Requests to ${what} fail because \`${place.culprit}\` is ${nothingIn(error)} there${at}.`
      return error
        ? `Requests to ${what} fail with "${excerpt(error, 200)}"${at ? `, thrown${at}` : ''}.`
        : `Requests to ${what} fail with an exception${at}.`
    },
    because: ['errors', 'errorInstances', 'release'],
    further: ({ place, is, notes, text, says }) => {
      const error = text('logProgramming', 'logUnknown')
      return [
        ...(is('errorInstances', 'one') ? [sentence(says('errorInstances') ?? '')] : []),
        ...(place?.culprit && error
          ? [`The error is "${excerpt(error, 160)}"${place.functionName ? `, thrown in ${excerpt(place.functionName, 60)}` : ''}.`]
          : []),
        ...(is('code', 'fits') && place?.code ? [`The line reads \`${excerpt(place.code, 120)}\` and fits the error.`] : []),
        ...(is('code', 'does_not_fit') ? ['The line in the repository does not fit the error: the running version may differ.'] : []),
        ...(is('code', 'unread') ? notes('code') : []),
      ]
    },
    component: ({ service }) => service,
    instances: ['errorInstances', 'logProgramming', 'logUnknown'],
    routes: ['logProgramming', 'logUnknown', 'errorRoutes'],
    hasPlace: true,
    steps: ({ place, text, instances, spared, is }) => {
      const error = text('logProgramming', 'logUnknown') ?? ''
      return [
        place
          ? `Open ${place.file} at line ${place.line}${place.culprit ? ` and find out why ${excerpt(place.culprit, 60)} is ${nothingIn(error)}` : ' and handle the failing case'}.`
          : 'Find the place that throws: the log names no line.',
        ...(is('errorInstances', 'one')
          ? [
              `Compare ${list(instances('errorInstances'))} with ${spared('errorInstances')[0]}: only the former fails; taking it out of rotation stops the errors.`,
            ]
          : []),
        'Look for a release or a change of data shortly before the first of these errors; roll back if there was one.',
        'Reproduce one failing request and keep it as a test.',
      ]
    },
    fix: ({ place, is, text }) => {
      if (!place) return undefined
      const at = `${place.file}:${place.line}`
      const error = excerpt(text('logProgramming', 'logUnknown') ?? 'the error', 120)
      if (is('code', 'unread')) return `Handle "${error}" at ${at} (the code could not be read, so this is not checked).`
      if (is('code', 'does_not_fit')) return `First make sure which version runs: ${at} in the repository does not fit the error.`
      if (!place.culprit) return `Handle the case behind "${error}" at ${at}: \`${excerpt(place.code ?? '', 150)}\`.`
      const origin = place.origin
        ? ` It gets its value on line ${place.origin.line}: \`${excerpt(place.origin.text, 120)}\`.`
        : place.caller
          ? ` The call comes from ${place.caller.file}:${place.caller.line}.`
          : ''
      return `Check \`${place.culprit}\` for null and undefined before ${at} uses it, and answer such a request with a 4xx or a default instead of an exception.${origin}`
    },
  },
})

/** Which of the two nothings the error names. */
function nothingIn(error: string): string {
  return /\bnull\b/.test(error) ? 'null' : 'undefined'
}
