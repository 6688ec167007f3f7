/** A credential or a person's datum as it is found in the wild; `value` must not stand anywhere afterwards, `text` is how it is written. */
export interface PlantedSecret {
  kind: string
  value: string
  text: string
}

const ALPHABETS = {
  word: 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789',
  upper: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567',
  lower: 'abcdefghijklmnopqrstuvwxyz0123456789',
  letters: 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ',
  hex: '0123456789abcdef',
  digits: '0123456789',
  id: 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-',
  base64: 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789',
}
type Alphabet = keyof typeof ALPHABETS

/** The same values for the same seed (a linear congruential generator). */
function createRandom(seed: number) {
  let state = seed
  return (alphabet: Alphabet, length: number): string => {
    let text = ''
    for (let i = 0; i < length; i += 1) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
      text += ALPHABETS[alphabet][Math.floor((state / 2 ** 32) * ALPHABETS[alphabet].length)]
    }
    return text
  }
}

/** 58 formats of vendors, and 40 of names, headers, addresses and people. */
export function plantSecrets(seed = 1): PlantedSecret[] {
  const r = createRandom(seed)
  return [...vendorTokens(r), ...namedSecrets(r), ...personalData()]
}

type Random = ReturnType<typeof createRandom>

function vendorTokens(r: Random): PlantedSecret[] {
  const jwt = `eyJ${r('word', 33)}.eyJ${r('word', 60)}.${r('id', 42)}a`
  const tokens: [string, string][] = [
    ['AWS access key', `AKIA${r('upper', 16)}`],
    ['AWS temporary key', `ASIA${r('upper', 16)}`],
    ['Google API key', `AIza${r('id', 34)}a`],
    ['Google OAuth token', `ya29.${r('id', 59)}a`],
    ['Google client secret', `GOCSPX-${r('id', 27)}a`],
    ['GitHub personal token', `ghp_${r('word', 36)}`],
    ['GitHub OAuth token', `gho_${r('word', 36)}`],
    ['GitHub app token', `ghs_${r('word', 36)}`],
    ['GitHub refresh token', `ghr_${r('word', 36)}`],
    ['GitHub fine-grained token', `github_pat_${r('word', 22)}_${r('word', 59)}`],
    ['GitLab token', `glpat-${r('word', 20)}`],
    ['GitLab deploy token', `gldt-${r('word', 20)}`],
    ['GitLab runner token', `glrt-${r('word', 20)}`],
    ['Slack bot token', `xoxb-${r('digits', 12)}-${r('digits', 12)}-${r('word', 24)}`],
    ['Slack user token', `xoxp-${r('digits', 12)}-${r('digits', 12)}-${r('digits', 12)}-${r('hex', 32)}`],
    ['Slack app token', `xapp-1-A${r('upper', 10)}-${r('digits', 13)}-${r('hex', 64)}`],
    ['OpenAI key', `sk-${r('word', 20)}T3BlbkFJ${r('word', 20)}`],
    ['OpenAI project key', `sk-proj-${r('word', 74)}T3BlbkFJ${r('word', 74)}`],
    ['Anthropic key', `sk-ant-api03-${r('id', 92)}aAA`],
    ['Stripe live key', `sk_live_${r('word', 24)}`],
    ['Stripe restricted key', `rk_live_${r('word', 24)}`],
    ['Stripe webhook secret', `whsec_${r('word', 32)}`],
    ['Twilio API key', `SK${r('hex', 32)}`],
    ['SendGrid key', `SG.${r('id', 22)}.${r('id', 42)}a`],
    ['Mailgun key', `key-${r('hex', 32)}`],
    ['Mailchimp key', `${r('hex', 32)}-us12`],
    ['Brevo key', `xkeysib-${r('hex', 64)}-${r('word', 16)}`],
    ['npm token', `npm_${r('word', 36)}`],
    ['PyPI token', `pypi-AgEIcHlwaS5vcmc${r('word', 60)}`],
    ['RubyGems key', `rubygems_${r('hex', 48)}`],
    ['DigitalOcean token', `dop_v1_${r('hex', 64)}`],
    ['Atlassian token', `ATATT3xFfGF0${r('word', 60)}`],
    ['Bitbucket app password', `ATBB${r('word', 32)}`],
    ['Grafana token', `glsa_${r('word', 32)}_${r('hex', 8)}`],
    ['New Relic key', `NRAK-${r('upper', 27)}`],
    ['Sentry token', `sntrys_${r('word', 80)}`],
    ['Databricks token', `dapi${r('hex', 32)}`],
    ['Vault service token', `hvs.${r('id', 91)}a`],
    ['Terraform token', `${r('word', 14)}.atlasv1.${r('word', 64)}`],
    ['Pulumi token', `pul-${r('hex', 40)}`],
    ['Docker Hub token', `dckr_pat_${r('word', 27)}`],
    ['Doppler token', `dp.pt.${r('word', 43)}`],
    ['PlanetScale token', `pscale_tkn_${r('word', 43)}`],
    ['Supabase token', `sbp_${r('hex', 40)}`],
    ['Shopify token', `shpat_${r('hex', 32)}`],
    ['Square token', `sq0atp-${r('word', 22)}`],
    ['Postman key', `PMAK-${r('hex', 24)}-${r('hex', 34)}`],
    ['Linear key', `lin_api_${r('word', 40)}`],
    ['Notion token', `ntn_${r('digits', 11)}${r('word', 35)}`],
    ['Hugging Face token', `hf_${r('letters', 34)}`],
    ['Groq key', `gsk_${r('word', 52)}`],
    ['Telegram bot token', `${r('digits', 10)}:AA${r('id', 32)}a`],
    ['Discord bot token', `M${r('word', 25)}.${r('word', 6)}.${r('word', 38)}`],
    ['age key', `AGE-SECRET-KEY-1${'QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L'.repeat(2).slice(0, 58)}`],
    ['JWT', jwt],
    ['Slack webhook', `https://hooks.slack.com/services/T${r('upper', 8)}/B${r('upper', 8)}/${r('word', 24)}`],
    ['Azure AD secret', `${r('word', 3)}8Q~${r('word', 34)}`],
    ['private key', `-----BEGIN RSA PRIVATE KEY-----\n${r('base64', 64)}\n${r('base64', 64)}\n-----END RSA PRIVATE KEY-----`],
  ]
  return tokens.map(([kind, value]) => ({ kind, value, text: value }))
}

function namedSecrets(r: Random): PlantedSecret[] {
  const named: [string, (value: string) => string][] = [
    ['JSON', (v) => `{"user":"shop","password":"${v}","n":1}`],
    ['JSON in JSON', (v) => JSON.stringify({ message: JSON.stringify({ authToken: v, n: 1 }) })],
    ['YAML', (v) => `db:\n  user: shop\n  password: ${v}\n  port: 5432`],
    ['quoted YAML', (v) => `api_key: "${v}"`],
    ['YAML on the next line', (v) => `client_secret: >\n    ${v}`.replace('>\n', '\n')],
    ['environment', (v) => `DB_PASSWORD=${v}`],
    ['exported environment', (v) => `export AWS_SECRET_ACCESS_KEY='${v}'`],
    ['environment of Kubernetes', (v) => `{"name":"DB_PASSWORD","value":"${v}"}`],
    ['environment of Kubernetes as YAML', (v) => `- name: API_TOKEN\n  value: ${v}`],
    ['query string', (v) => `GET /items?page=2&access_token=${v}&sort=name 500`],
    ['key in a query string', (v) => `https://maps.example.com/api?key=${v}&q=1`],
    ['form', (v) => `grant_type=password&username=shop&password=${v}`],
    ['bearer header', (v) => `Authorization: Bearer ${v}`],
    ['basic header', (v) => `authorization: Basic ${v}==`],
    ['header in JSON', (v) => `{"headers":{"x-api-key":"${v}","accept":"*/*"}}`],
    ['raw headers', (v) => `["Authorization","Bearer ${v}","Accept","*/*"]`],
    ['API key header', (v) => `X-Api-Key: ${v}`],
    ['cookie', (v) => `Cookie: theme=dark; session=${v}`],
    ['set-cookie', (v) => `set-cookie: sid=${v}; Path=/; HttpOnly`],
    ['database address', (v) => `connect to postgres://shop:${v}@db.internal:5432/shop failed`],
    ['AMQP address', (v) => `amqps://guest:${v}@mq:5671`],
    ['proxy address', (v) => `HTTPS_PROXY=http://me:${v}@proxy:3128`],
    ['connection string', (v) => `Server=db;User Id=sa;Password=${v};Encrypt=true`],
    ['storage account', (v) => `DefaultEndpointsProtocol=https;AccountName=x;AccountKey=${v}==;EndpointSuffix=core.windows.net`],
    ['libpq string', (v) => `host=db user=shop password='${v}' dbname=shop`],
    ['command line', (v) => `mysqldump --user root --password ${v} shop`],
    ['curl', (v) => `curl -u shop:${v} https://api.example.com`],
    ['SQL', (v) => `ALTER USER shop WITH PASSWORD '${v}'`],
    ['XML', (v) => `<user>shop</user><password>${v}</password>`],
    ['properties', (v) => `spring.datasource.password = ${v}`],
    ['code', (v) => `const client = connect({ apiSecret: '${v}' })`],
    ['Ruby', (v) => `:secret_key_base => "${v}"`],
    ['Go', (v) => `token := "${v}"`],
    ['words', (v) => `the password is ${v} by the way`],
  ]
  return named.map(([kind, write]) => {
    const value = `${r('letters', 3)}${r('digits', 2)}${r('word', 19)}`
    return { kind: `${kind}: named secret`, value, text: write(value) }
  })
}

function personalData(): PlantedSecret[] {
  return [
    { kind: 'mail address', value: 'jane.doe42', text: 'order of jane.doe42@shop-customer.com failed' },
    { kind: 'phone number', value: '4917612345678'.slice(2), text: 'call +4917612345678 back' },
    { kind: 'card number', value: '4111111111111111', text: 'charge 4111111111111111 declined' },
    { kind: 'card number in groups', value: '5500 0000 0000 0004', text: 'card 5500 0000 0000 0004' },
    { kind: 'IBAN', value: 'DE89370400440532013000', text: 'refund to DE89370400440532013000' },
    { kind: 'social security number', value: '219-09-9999', text: 'ssn 219-09-9999' },
  ]
}
