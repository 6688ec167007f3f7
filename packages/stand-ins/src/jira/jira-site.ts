import { type Person, peopleOfSite } from './people.ts'
import type { ProjectShape } from './project-shape.ts'

/** The Jira site that the stand-in is: one project, its people, one API token. */
export interface JiraSite {
  email: string
  apiToken: string
  projectKey: string
  people: Person[]
  shape: ProjectShape
}

/** The site with its standing cast, see people.ts. */
export function createJiraSite(settings: { email: string; apiToken: string; projectKey: string; shape?: ProjectShape }): JiraSite {
  return { shape: 'standard', ...settings, people: peopleOfSite(settings.email) }
}

/** The person whom an accountId names and who may be assigned issues. */
export function assignablePerson({ people }: JiraSite, accountId: unknown): Person | undefined {
  return people.find((person) => person.accountId === accountId && person.active && person.assignable)
}

/** The account behind the site's API token. */
export function agentOf({ people, email }: JiraSite): Person {
  const agent = people.find(({ emailAddress }) => emailAddress === email)
  if (!agent) throw new Error(`no person on the site has the address ${email}`)
  return agent
}

/** The number in a key (`OPS-7`, any case) or an id (`10007`) of the site's project; undefined where neither fits. */
export function issueNumber({ projectKey }: JiraSite, keyOrId: string): number | undefined {
  const digits = /^\d{5,9}$/.test(keyOrId)
    ? String(Number(keyOrId) - 10_000)
    : new RegExp(`^${projectKey}-(\\d{1,9})$`, 'i').exec(keyOrId)?.[1]
  return digits === undefined ? undefined : Number(digits)
}
