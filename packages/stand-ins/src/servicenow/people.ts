import { createHash } from 'node:crypto'
import { peopleOfSite } from '../jira/people.ts'
import type { User } from './servicenow-options.ts'

/** The same people as at Jira, with the instance's ids. */
export const usersOfInstance = (agentEmail: string): User[] =>
  peopleOfSite(agentEmail)
    .filter(({ active, assignable }) => active && assignable)
    .map(({ displayName, emailAddress }) => ({
      sys_id: createHash('md5').update(emailAddress).digest('hex'),
      name: displayName,
      user_name: displayName.toLowerCase().replaceAll(' ', '.'),
      email: emailAddress,
      active: 'true',
    }))
