/** A user of the Jira site. */
export interface Person {
  accountId: string
  displayName: string
  emailAddress: string
  active: boolean
  /** May issues of the project be assigned to this person? */
  assignable: boolean
  /** Whether others see the address: a profile's owner decides. */
  showsEmail: boolean
  accountType: 'atlassian' | 'app'
}

const person = (accountId: string, displayName: string, rest: Partial<Person> = {}): Person => ({
  accountId,
  displayName,
  emailAddress: `${displayName.toLowerCase().replaceAll(' ', '.')}@oncall-lab.example`,
  active: true,
  assignable: true,
  showsEmail: true,
  accountType: 'atlassian',
  ...rest,
})

/** Everybody on the site: one Ravi, two Annas, two people of one name (Lena Vogel), one who left (Tom), one who may not be assigned issues (Priya), one who hides the address (Luis), an app, and the agent itself. */
export function peopleOfSite(agentEmail: string): Person[] {
  return [
    person('712020:4f1c7a52-9b1e-4c0d-8a34-0d6f5b7e1a01', 'Ravi Kumar'),
    person('5b10ac8d82e05b22cc7d4ef5', 'Anna Schmidt'),
    person('712020:8e2d3b64-1c5f-4a7b-9d02-6a1f4c8e2b03', 'Anna Kowalska'),
    person('61a5f0c3e2b4d70069c1f8a2', 'Mei Tanaka'),
    person('712020:c03a9f15-7d28-4e6b-b5a1-93e4d2f7a604', 'Luis Ortega', { showsEmail: false }),
    person('5f8d2c1ab3e4970071d5c6e9', 'Tom Becker', { active: false }),
    person('712020:2b6f0d18-7c3e-4d91-8f5a-1a9e6c4b7d06', 'Lena Vogel', { emailAddress: 'lena.vogel@oncall-lab.example' }),
    person('712020:9d4c1e73-5a80-4f2b-b6e7-3c8d5a0f1e07', 'Lena Vogel', { emailAddress: 'lena.vogel.berlin@oncall-lab.example' }),
    person('712020:1d7e5c90-2f4a-4b83-a6c9-5e8b0f3d7c05', 'Priya Nair', { assignable: false }),
    person('557058:f58131cb-b67d-43c7-b30d-6b58d40bd077', 'Automation for Jira', {
      assignable: false,
      accountType: 'app',
      showsEmail: false,
    }),
    person('712020:a9b8c7d6-e5f4-4321-8765-0123456789ab', 'On-call Agent', { emailAddress: agentEmail }),
  ]
}

/**
 * Jira's user search: active people of whom the display name, a word of it, or the e-mail address begins with the query, without regard to
 * case (https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-user-search/#api-rest-api-3-user-assignable-search-get). An empty query matches everybody.
 */
export function matchPeople(people: Person[], query: string): Person[] {
  const wanted = query.trim().toLowerCase()
  return people.filter(({ active, displayName, emailAddress, showsEmail }) => {
    const name = displayName.toLowerCase()
    return (
      active && [name, ...name.split(/[\s-]+/), ...(showsEmail ? [emailAddress.toLowerCase()] : [])].some((text) => text.startsWith(wanted))
    )
  })
}

const AVATAR_SIZES = ['48x48', '24x24', '16x16', '32x32']

/** A person as Jira writes one. `site` is the site's address without a slash at its end. */
export function userResource({ accountId, accountType, displayName, emailAddress, showsEmail, active }: Person, site: string) {
  return {
    self: `${site}/rest/api/3/user?accountId=${encodeURIComponent(accountId)}`,
    accountId,
    accountType,
    ...(showsEmail && { emailAddress }),
    avatarUrls: Object.fromEntries(AVATAR_SIZES.map((size) => [size, `${site}/avatar/${encodeURIComponent(accountId)}?size=${size}`])),
    displayName,
    active,
    timeZone: 'Etc/UTC',
    locale: 'en_US',
  }
}
