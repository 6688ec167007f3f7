import { join } from 'node:path'
import { freePort } from '@oncall-lab/test-kit/free-port'
import { startProcess } from '@oncall-lab/test-kit/started-process'
import { afterAll, expect, test } from 'vitest'
import { callerOf, type Outcome, runChecks, tableOf } from './check.ts'
import { githubChecks } from './github.ts'
import { jiraChecks } from './jira.ts'
import { openaiChecks } from './openai.ts'
import { twilioChecks } from './twilio.ts'

/** What the stand-ins do otherwise than their vendor, each with the reason. Whoever closes one takes it out of here. */
const OTHERWISE: Record<string, Record<string, string>> = {
  Twilio: {},
  'Jira Cloud': {
    'components and a parent': 'the project has neither; it says so for each field',
    'membersOf(…)': 'there are no groups; the query is refused, not answered wrongly',
    'a link between issues': 'not served: 404',
    attachments: 'not served: 404',
  },
  GitHub: {
    'a file as HTML': 'nothing renders Markdown here; the answer is JSON',
    '%c0%ae%c0%ae/etc/passwd': 'an address that cannot be decoded is refused before any route, in another shape',
    '%': 'likewise',
    'Last-Modified, and 304 to If-Modified-Since': 'ETags only',
    'the blame by GraphQL': 'no GraphQL',
  },
  OpenAI: {
    'usage counts tokens': 'no tokens are read or made, and none are claimed',
    allowed_tools: 'refused by name',
    'a custom tool': 'refused by name',
    'n = 2': 'the same transcript always gets the same answer; refused by name',
    'response_format json_object': 'refused by name',
    'response_format json_schema': 'refused by name',
    '429 on demand': 'the fault switch is of the stand-ins',
    '500 on demand': 'likewise',
    'responses as a stream': 'not served',
    embeddings: 'not served',
    completions: 'not served',
  },
}

const all: Outcome[] = []
afterAll(() => {
  const right = all.filter(({ failure }) => failure === null).length
  process.stdout.write(`All vendors: ${right} of ${all.length}\n`)
})

async function judge(vendor: string, outcomes: Outcome[]): Promise<void> {
  all.push(...outcomes)
  process.stdout.write(`${tableOf(vendor, outcomes)}\n`)
  const failed = outcomes.flatMap(({ what, failure }) => (failure === null ? [] : [[what, failure]]))
  const known = OTHERWISE[vendor] ?? {}
  expect(failed.filter(([what = '']) => !(what in known))).toEqual([])
  expect(failed.map(([what]) => what).sort()).toEqual(Object.keys(known).sort())
}

test('Twilio is as Twilio describes it, but for what is named', async () => {
  await using twilio = await twilioChecks()
  expect(twilio.checks).toHaveLength(71)
  await judge('Twilio', await runChecks(twilio.checks))
})

test('Jira is as Atlassian describes it, but for what is named', async () => {
  await using jira = await jiraChecks()
  expect(jira.checks).toHaveLength(159)
  await judge('Jira Cloud', await runChecks(jira.checks))
})

test('GitHub is as GitHub describes it, but for what is named', { timeout: 120_000 }, async () => {
  await using github = await githubChecks()
  expect(github.checks).toHaveLength(120)
  await judge('GitHub', await runChecks(github.checks))
})

test('the embedded model is as OpenAI describes Chat Completions, but for what is named', async () => {
  const main = join(import.meta.dirname, '../../packages/rules-model/src/main.ts')
  const port = await freePort()
  await using model = await startProcess({ main, port, env: { RULES_MODEL_PORT: String(port), LOG_LEVEL: 'silent' } })
  const checks = openaiChecks(callerOf(model.url))
  expect(checks).toHaveLength(67)
  await judge('OpenAI', await runChecks(checks))
})
