import { STAND_IN_CREDENTIALS as STAND_IN } from '@oncall-lab/stand-ins/api'
import { type Static, Type } from 'typebox'
import type { ConnectorFacts } from '../../api.ts'
import { allOrNone, OptionalText, STAND_INS_URL } from '../../connector.ts'
import { SHOP_SERVICES } from '../shop.ts'
import type { GitHubSettings } from './client.ts'

/** Which repository holds the code; a public one needs no token. */
export const githubSettings = {
  GITHUB_TOKEN: OptionalText,
  GITHUB_OWNER: OptionalText,
  GITHUB_REPO: OptionalText,
  GITHUB_REF: OptionalText,
  /** Comma-separated: whose code it is, as alerts name them. */
  GITHUB_SERVICES: OptionalText,
  STAND_INS_URL,
}
const Settings = Type.Object(githubSettings)

/** GitHub where a repository is named, else its stand-in. @throws ConfigError */
export function chooseGitHub(config: Static<typeof Settings>): {
  settings: GitHubSettings
  /** Undefined: of any service. */
  services: readonly string[] | undefined
  about: ConnectorFacts
} {
  const { GITHUB_TOKEN, GITHUB_OWNER, GITHUB_REPO, GITHUB_REF: ref, STAND_INS_URL: standIns } = config
  const real = allOrNone('GitHub', { GITHUB_OWNER, GITHUB_REPO })
  const settings: GitHubSettings = real
    ? { baseUrl: 'https://api.github.com', token: GITHUB_TOKEN, owner: real.GITHUB_OWNER, repo: real.GITHUB_REPO, ref }
    : { baseUrl: `${standIns}/github`, token: STAND_IN.githubToken, owner: STAND_IN.githubOwner, repo: STAND_IN.githubRepo, ref }
  const named = config.GITHUB_SERVICES?.split(',').flatMap((service) => service.trim() || [])
  return {
    settings,
    services: named ?? (real ? undefined : SHOP_SERVICES),
    about: {
      id: 'github',
      name: 'GitHub',
      kind: real ? 'real' : 'stand_in',
      address: settings.baseUrl,
      detail: `${settings.owner}/${settings.repo}`,
      variable: 'GITHUB_OWNER',
    },
  }
}
