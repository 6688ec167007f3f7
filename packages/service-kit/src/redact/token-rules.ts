/** A credential that its beginning gives away. The body is `min` or more characters of one class, so that a match costs linear time. */
export interface TokenRule {
  kind: string
  starts: string[]
  /** The inside of a character class. */
  body: string
  min: number
  /** The usual length of the body, where tokens may be shorter: so much may go on behind a line break. */
  full?: number
  /** The beginning is short enough to stand in ordinary words: it must begin a word, and the body must hold a digit. */
  weak?: true
}

const WORD = 'A-Za-z0-9'
const ID = 'A-Za-z0-9_-'
const HEX = '0-9a-f'

/**
 * Beginnings, alphabets and lengths of the vendors' tokens.
 * @see https://github.com/gitleaks/gitleaks/blob/master/config/gitleaks.toml for the facts; the patterns are our own.
 */
export const TOKEN_RULES: TokenRule[] = [
  { kind: 'AWS key', starts: ['AKIA', 'ASIA', 'ABIA', 'ACCA', 'AROA', 'AIDA'], body: 'A-Z0-9', min: 16 },
  { kind: 'AWS key', starts: ['ABSK'], body: 'A-Za-z0-9+/=', min: 100, full: 260 },
  { kind: 'AWS key', starts: ['bedrock-api-key-'], body: 'A-Za-z0-9+/=', min: 20 },
  { kind: 'Alibaba key', starts: ['LTAI'], body: WORD, min: 20, weak: true },
  { kind: 'Google key', starts: ['AIza'], body: ID, min: 35 },
  { kind: 'Google token', starts: ['ya29.', 'GOCSPX-', '1//0'], body: ID, min: 20, full: 60 },
  { kind: 'GitHub token', starts: ['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_'], body: WORD, min: 20, full: 36 },
  { kind: 'GitHub token', starts: ['github_pat_'], body: 'A-Za-z0-9_', min: 22, full: 82 },
  {
    kind: 'GitLab token',
    starts: ['glpat-', 'gldt-', 'glrt-', 'glptt-', 'glcbt-', 'glft-', 'glimt-', 'glagent-', 'gloas-', 'glsoat-', 'glffct-', 'GR1348941'],
    body: 'A-Za-z0-9_.-',
    min: 20,
  },
  {
    kind: 'Slack token',
    starts: ['xoxa-', 'xoxb-', 'xoxe-', 'xoxe.', 'xoxo-', 'xoxp-', 'xoxr-', 'xoxs-', 'xapp-'],
    body: 'A-Za-z0-9.-',
    min: 10,
    full: 90,
  },
  { kind: 'OpenAI key', starts: ['sk-proj-', 'sk-svcacct-', 'sk-admin-', 'sk-ant-', 'sk-or-v1-'], body: ID, min: 16, full: 156 },
  { kind: 'key', starts: ['sk-', 'pk-', 'rk-', 'key-', 'SK'], body: WORD, min: 20, full: 48, weak: true },
  {
    kind: 'Stripe key',
    starts: ['sk_live_', 'sk_test_', 'rk_live_', 'rk_test_', 'pk_live_', 'pk_test_', 'whsec_'],
    body: WORD,
    min: 10,
    full: 32,
  },
  {
    kind: 'model key',
    starts: ['gsk_', 'xai-', 'pplx-', 'r8_', 'nvapi-', 'tgp_v1_', 'fw_', 'jina_', 'csk-'],
    body: ID,
    min: 20,
    full: 52,
    weak: true,
  },
  { kind: 'Hugging Face token', starts: ['hf_', 'api_org_'], body: WORD, min: 30 },
  { kind: 'SendGrid key', starts: ['SG.'], body: 'A-Za-z0-9_.-', min: 30, full: 66 },
  { kind: 'mail key', starts: ['xkeysib-', 'xsmtpsib-', 'pubkey-'], body: ID, min: 30, full: 81 },
  { kind: 'npm token', starts: ['npm_'], body: WORD, min: 30 },
  { kind: 'package token', starts: ['pypi-', 'rubygems_', 'CLOJARS_', 'oy2'], body: ID, min: 40, full: 100 },
  { kind: 'DigitalOcean token', starts: ['dop_v1_', 'doo_v1_', 'dor_v1_'], body: HEX, min: 40 },
  { kind: 'Atlassian token', starts: ['ATATT3', 'ATCTT3', 'ATBB', 'ATSTT3'], body: 'A-Za-z0-9_=-', min: 20, full: 186 },
  { kind: 'Atlassian token', starts: ['BBDC-'], body: 'A-Za-z0-9+/@=', min: 40 },
  { kind: 'Grafana token', starts: ['glsa_', 'glc_', 'eyJrIjoi'], body: 'A-Za-z0-9_+/=', min: 30 },
  { kind: 'New Relic key', starts: ['NRAK-', 'NRII-', 'NRJS-', 'NRAL-'], body: 'A-Za-z0-9-', min: 19 },
  { kind: 'Sentry token', starts: ['sntrys_', 'sntryu_'], body: 'A-Za-z0-9_+/=', min: 30, full: 160 },
  { kind: 'Dynatrace token', starts: ['dt0c01.', 'dt0s01.'], body: 'A-Za-z0-9.', min: 24 },
  { kind: 'Databricks token', starts: ['dapi', 'dose', 'dkea'], body: HEX, min: 32 },
  { kind: 'Datadog key', starts: ['ddapi_', 'ddapp_'], body: WORD, min: 20 },
  { kind: 'Vault token', starts: ['hvs.', 'hvb.', 'hvr.'], body: 'A-Za-z0-9_=-', min: 20, full: 92 },
  { kind: 'Terraform token', starts: ['atlasv1.'], body: 'A-Za-z0-9_=-', min: 40 },
  { kind: 'Pulumi token', starts: ['pul-'], body: HEX, min: 40 },
  { kind: 'Docker token', starts: ['dckr_pat_', 'dckr_oat_'], body: ID, min: 20 },
  { kind: 'Doppler token', starts: ['dp.pt.', 'dp.st.', 'dp.ct.', 'dp.sa.', 'dp.scim.', 'dp.audit.'], body: 'A-Za-z0-9._', min: 30 },
  { kind: '1Password key', starts: ['ops_eyJ'], body: 'A-Za-z0-9+/=', min: 60 },
  { kind: '1Password key', starts: ['A3-'], body: 'A-Z0-9-', min: 30, weak: true },
  { kind: 'age key', starts: ['AGE-SECRET-KEY-1'], body: 'A-Z0-9', min: 40 },
  { kind: 'PlanetScale token', starts: ['pscale_tkn_', 'pscale_pw_', 'pscale_oauth_'], body: 'A-Za-z0-9_=.-', min: 30 },
  { kind: 'Supabase token', starts: ['sbp_', 'sb_secret_'], body: ID, min: 20, full: 40, weak: true },
  { kind: 'Shopify token', starts: ['shpat_', 'shpss_', 'shpca_', 'shppa_'], body: '0-9a-fA-F', min: 32 },
  { kind: 'Square token', starts: ['sq0atp-', 'sq0csp-', 'sq0idp-'], body: ID, min: 22 },
  { kind: 'Square token', starts: ['EAAA'], body: ID, min: 56, weak: true },
  { kind: 'Facebook token', starts: ['EAAM', 'EAAC', 'EAAG', 'EAAB'], body: WORD, min: 80, weak: true },
  { kind: 'Postman key', starts: ['PMAK-'], body: '0-9a-f-', min: 40 },
  { kind: 'Linear key', starts: ['lin_api_', 'lin_oauth_'], body: WORD, min: 32 },
  { kind: 'Notion token', starts: ['ntn_', 'secret_'], body: WORD, min: 40 },
  { kind: 'Figma token', starts: ['figd_', 'figo_'], body: ID, min: 30 },
  { kind: 'Airtable token', starts: ['pat'], body: 'A-Za-z0-9.', min: 60, weak: true },
  { kind: 'Harness token', starts: ['pat.', 'sat.'], body: 'A-Za-z0-9_.-', min: 50, weak: true },
  { kind: 'Heroku key', starts: ['HRKU-'], body: ID, min: 30 },
  { kind: 'Fly token', starts: ['fo1_', 'fm1a_', 'fm1r_', 'fm2_'], body: 'A-Za-z0-9_+/=-', min: 40 },
  { kind: 'Octopus key', starts: ['API-'], body: 'A-Z0-9', min: 26, weak: true },
  { kind: 'OpenShift token', starts: ['sha256~'], body: ID, min: 43 },
  { kind: 'Artifactory token', starts: ['AKCp', 'cmVmd'], body: WORD, min: 50 },
  { kind: 'Sonar token', starts: ['squ_', 'sqp_', 'sqa_'], body: HEX, min: 40 },
  { kind: 'Snyk token', starts: ['snyk_uat.', 'snyk_sat.'], body: 'A-Za-z0-9_.-', min: 30 },
  { kind: 'Contentful token', starts: ['CFPAT-'], body: ID, min: 30 },
  { kind: 'Cloudflare key', starts: ['v1.0-'], body: '0-9a-f-', min: 100 },
  { kind: 'Adobe secret', starts: ['p8e-'], body: 'A-Za-z0-9', min: 32 },
  { kind: 'Duffel token', starts: ['duffel_test_', 'duffel_live_'], body: 'A-Za-z0-9_=-', min: 40 },
  { kind: 'EasyPost key', starts: ['EZAK', 'EZTK'], body: WORD, min: 50 },
  { kind: 'Dropbox token', starts: ['sl.'], body: 'A-Za-z0-9_=-', min: 100 },
  { kind: 'Prefect key', starts: ['pnu_', 'pnb_'], body: WORD, min: 36 },
  { kind: 'Readme key', starts: ['rdme_'], body: WORD, min: 60 },
  { kind: 'Shippo token', starts: ['shippo_live_', 'shippo_test_'], body: HEX, min: 40 },
  { kind: 'Infracost key', starts: ['ico-'], body: WORD, min: 32, weak: true },
  { kind: 'frame.io token', starts: ['fio-u-'], body: 'A-Za-z0-9_=-', min: 60 },
  { kind: 'Flutterwave key', starts: ['FLWSECK', 'FLWPUBK'], body: ID, min: 12 },
  { kind: 'Yandex key', starts: ['AQVN', 't1.', 'YCAJE', 'YCO', 'YCM'], body: 'A-Za-z0-9_=.-', min: 35, weak: true },
  { kind: 'Scalingo token', starts: ['tk-us-'], body: ID, min: 48 },
  { kind: 'Settlemint token', starts: ['sm_aat_', 'sm_pat_', 'sm_sat_'], body: WORD, min: 16 },
  { kind: 'LaunchDarkly key', starts: ['api-', 'sdk-', 'mob-'], body: '0-9a-f-', min: 36 },
  { kind: 'Mapbox token', starts: ['pk.eyJ', 'sk.eyJ', 'tk.eyJ'], body: 'A-Za-z0-9_.-', min: 40 },
  { kind: 'Plaid token', starts: ['access-sandbox-', 'access-production-', 'access-development-'], body: '0-9a-f-', min: 36 },
]
