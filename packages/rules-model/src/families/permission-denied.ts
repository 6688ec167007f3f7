import { excerpt } from '../wording.ts'
import { defineFamily } from './family.ts'

/** Something that the service may not do, by the database or by the system. */
export const permissionDenied = defineFamily({
  id: 'permission_denied',
  cause: 'permission_denied',
  name: 'A permission that is missing',
  prior: 0.6,
  explains: ['errors', 'database'],
  evidence: {
    logPermission: { dominant: 3.2, some: 2.2, uncounted: 0.4, none: -2 },
    databaseCode: { permission: 1.6 },
    logAgrees: { agrees: 0.9, elsewhere: -0.4 },
    errors: { many: 0.3, few: 0.3 },
    release: { replaced: 0.3 },
  },
  follows: ['logProgramming'],
  tell: {
    headline: ({ service, text }) =>
      `${service} is denied a permission that it needs: "${excerpt(text('logPermission') ?? 'permission denied', 160)}".`,
    because: ['errors', 'databaseCode', 'errorInstances'],
    component: () => 'permissions',
    instances: ['errorInstances'],
    routes: ['logPermission', 'errorRoutes'],
    steps: () => [
      'Read which object and which user the message names, and compare its grants (or file mode and owner) with before.',
      'Grant exactly what is missing; look who revoked it.',
    ],
  },
})
