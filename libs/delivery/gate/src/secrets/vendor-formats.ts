/** A format that shows a credential by its text alone, beside those of secretlint. */
interface KeyFormat {
  readonly kind: string;
  /** Global; the lengths are the issuers' own, for a looser one also matches minified code and base64 data. */
  readonly pattern: RegExp;
  /** Only in files of these names. */
  readonly files?: RegExp;
}

/** Issuer → what follows a word's begin, as its documentation has it, or as the tokens it issues are. */
const TOKENS: readonly (readonly [issuer: string, token: string])[] = [
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html; base 32, hence no 0, 1, 8, 9.
  // AWS's own documentation uses ids that end in EXAMPLE, and its SDKs carry that documentation along.
  ['an AWS access key id', '(?:AKIA|ASIA|ABIA|ACCA)(?![A-Z2-7]{9}EXAMPLE)[A-Z2-7]{16}\\b'],
  // https://docs.gitlab.com/security/tokens/#token-prefixes
  ['a GitLab token', 'gl(?:pat|dt|rt|rtr|cbt|ptt|ft|imt|agent|soat|ffct|oas)-[A-Za-z0-9_-]{20,300}'],
  ['a GitLab token', 'GR1348941[A-Za-z0-9_-]{20}\\b'],
  // https://docs.github.com/authentication: `gho_`, `ghu_`, `ghs_`, `ghr_`, beside those that secretlint knows
  ['a GitHub token', 'gh[opsur]_[A-Za-z0-9]{36,255}\\b'],
  // https://docs.docker.com/security/access-tokens/ and …/enterprise/security/access-tokens/
  ['a Docker Hub token', 'dckr_pat_[A-Za-z0-9_-]{27}'],
  ['a Docker Hub organisation token', 'dckr_oat_[A-Za-z0-9_-]{32}'],
  // https://cloud.google.com/docs/authentication/api-keys and Google's OAuth client secrets and tokens.
  ['a Google API key', 'AIza[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])'],
  ['a Google OAuth client secret', 'GOCSPX-[A-Za-z0-9_-]{28}(?![A-Za-z0-9_-])'],
  ['a Google OAuth token', 'ya29\\.[A-Za-z0-9_-]{40,2000}'],
  // https://docs.stripe.com/keys; `pk_` keys are made to be published.
  ['a Stripe secret key', '[rs]k_(?:live|test)_[A-Za-z0-9]{16,247}\\b'],
  ['a Stripe webhook secret', 'whsec_[A-Za-z0-9+/]{32,64}={0,2}'],
  ['an OpenAI key', 'sk-(?:proj|svcacct|admin)-[A-Za-z0-9_-]{40,200}'],
  ['an OpenAI key', 'sk-[A-Za-z0-9]{20}T3BlbkFJ[A-Za-z0-9]{20}\\b'],
  ['an Anthropic key', 'sk-ant-(?:api|admin|sid|oat)\\d\\d-[A-Za-z0-9_-]{80,120}'],
  ['a Slack app token', 'x(?:app|oxe(?:\\.xox[bp])?)-\\d-[A-Za-z0-9-]{20,300}'],
  ['a Slack token', 'xox[abeoprs]-\\d{8,}-[A-Za-z0-9-]{16,300}'],
  ['a Twilio key', 'SK[0-9a-f]{32}\\b'],
  ['a Sentry token', 'sntry[su]_[A-Za-z0-9+/=_-]{40,400}'],
  ['an Atlassian token', 'AT(?:ATT3xFfGF0|CTT3xFfGN0|BB)[A-Za-z0-9+/=_-]{24,400}'],
  ['a Telegram bot token', '(?:bot)?\\d{8,10}:AA[A-Za-z0-9_-]{33}(?![A-Za-z0-9_-])'],
  [
    'a Discord bot token',
    '[MNO][A-Za-z0-9_-]{23,27}\\.[A-Za-z0-9_-]{6}\\.[A-Za-z0-9_-]{27,40}(?![A-Za-z0-9_-])',
  ],
  ['a Mailgun key', 'key-[0-9a-f]{32}\\b'],
  ['a Mailchimp key', '[0-9a-f]{32}-us\\d{1,2}\\b'],
  ['a Brevo key', 'xkeysib-[0-9a-f]{64}-[A-Za-z0-9]{16}'],
  ['a Resend key', 're_[A-Za-z0-9]{8}_[A-Za-z0-9]{24}\\b'],
  ['a Postman key', 'PMAK-[0-9a-f]{24}-[0-9a-f]{34}\\b'],
  ['a PyPI token', 'pypi-AgE[A-Za-z0-9_-]{50,400}'],
  ['a RubyGems key', 'rubygems_[0-9a-f]{48}\\b'],
  ['a NuGet key', 'oy2[a-z0-9]{43}\\b'],
  ['a DigitalOcean token', 'do[opr]_v1_[0-9a-f]{64}\\b'],
  ['a Heroku key', 'HRKU-[A-Za-z0-9_-]{36,80}'],
  ['a New Relic key', 'NRAK-[A-Z0-9]{27}\\b'],
  ['a New Relic key', '[0-9a-f]{36}NRAL\\b'],
  ['a New Relic key', 'NRII-[A-Za-z0-9_-]{32}'],
  ['a Grafana token', 'glsa_[A-Za-z0-9]{32}_[0-9a-f]{8}\\b'],
  ['a Grafana token', 'glc_eyJ[A-Za-z0-9+/=]{60,400}'],
  ['a Vault token', 'hv[bsr]\\.[A-Za-z0-9_-]{24,300}'],
  ['a Terraform Cloud token', '[A-Za-z0-9]{14}\\.atlasv1\\.[A-Za-z0-9_-]{60,70}'],
  ['a Linear key', 'lin_(?:api|oauth)_[A-Za-z0-9]{32,64}\\b'],
  ['a Notion token', '(?:ntn_[A-Za-z0-9]{43,50}|secret_[A-Za-z0-9]{43})\\b'],
  ['a Shopify token', 'shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}\\b'],
  ['a Pulumi token', 'pul-[0-9a-f]{40}\\b'],
  ['a Doppler token', 'dp\\.(?:pt|st|ct|sa|scim|audit)\\.[A-Za-z0-9._-]{40,80}'],
  ['a Supabase key', 'sb(?:p_[0-9a-f]{40}|_secret_[A-Za-z0-9_-]{20,80})\\b'],
  ['a Netlify token', 'nfp_[A-Za-z0-9]{36,40}\\b'],
  ['a Render key', 'rnd_[A-Za-z0-9]{28,40}\\b'],
  ['a Fly.io token', '(?:fm2_lJ[A-Za-z0-9+/=,_]{80,2000}|fo1_[A-Za-z0-9_-]{43})'],
  ['a PlanetScale key', 'pscale_(?:tkn|pw|oauth)_[A-Za-z0-9._-]{32,64}'],
  ['a Neon key', 'napi_[a-z0-9]{60,70}\\b'],
  ['a Square token', 'sq0[a-z]{3}-[A-Za-z0-9_-]{22,43}'],
  ['a Groq key', 'gsk_[A-Za-z0-9]{52}\\b'],
  ['a Replicate token', 'r8_[A-Za-z0-9]{37}\\b'],
  ['an xAI key', 'xai-[A-Za-z0-9]{80}\\b'],
  ['a Perplexity key', 'pplx-[A-Za-z0-9]{48}\\b'],
  ['a Hugging Face token', 'hf_[A-Za-z]{34}\\b'],
  ['a Databricks token', 'dapi[0-9a-f]{32}(?:-\\d)?\\b'],
  ['a Figma token', 'fig[dou]_[A-Za-z0-9_-]{40,50}'],
  ['an Airtable token', 'pat[A-Za-z0-9]{14}\\.[0-9a-f]{64}\\b'],
  ['a CircleCI token', 'CCI(?:PAT|PRJ)_[A-Za-z0-9]{22}_[0-9a-f]{40}\\b'],
  ['a SonarQube token', 'sq[apu]_[0-9a-f]{40}\\b'],
  ['a JFrog key', 'AKCp[A-Za-z0-9]{60,80}\\b'],
  [
    'a LaunchDarkly key',
    '(?:sdk|api)-[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\\b',
  ],
  ['a Contentful token', 'CFPAT-[A-Za-z0-9_-]{43}'],
  ['a Mapbox secret token', 'sk\\.eyJ[A-Za-z0-9_-]{50,200}\\.[A-Za-z0-9_-]{22}'],
  ['a Dropbox token', 'sl\\.[A-Za-z0-9_-]{130,1500}'],
  ['an EasyPost key', 'EZ[AT]K[A-Za-z0-9]{54}\\b'],
  ['an Alibaba Cloud access key id', 'LTAI[A-Za-z0-9]{20}\\b'],
  ['an npm token', 'npm_[A-Za-z0-9]{36}\\b'],
  ['a SendGrid key', 'SG\\.[A-Za-z0-9_-]{22}\\.[A-Za-z0-9_-]{43}'],
  ['a 1Password token', 'ops_eyJ[A-Za-z0-9_-]{200,2000}'],
  ['an age secret key', 'AGE-SECRET-KEY-1[A-Z0-9]{58}\\b'],
  // learn.microsoft.com/purview, "Azure AD client secret"
  ['an Azure AD client secret', '[A-Za-z0-9_~.-]{3}[78]Q~[A-Za-z0-9_~.-]{31,34}(?![A-Za-z0-9_~.-])'],
];

const WEBHOOKS: readonly KeyFormat[] = [
  {
    kind: 'a Slack webhook',
    pattern:
      /hooks\.slack\.com\/(?:services|workflows|triggers)\/[A-Za-z0-9]{8,}\/[A-Za-z0-9]{8,}\/[A-Za-z0-9/]{16,}/g,
  },
  {
    kind: 'a Discord webhook',
    pattern: /discord(?:app)?\.com\/api\/webhooks\/\d{17,20}\/[A-Za-z0-9_-]{60,}/g,
  },
  {
    kind: 'a Teams webhook',
    pattern:
      /\.webhook\.office\.com\/webhookb2\/[0-9a-f-]{36}@[0-9a-f-]{36}\/IncomingWebhook\/[0-9a-f]{32}\/[0-9a-f-]{36}/g,
  },
  // learn.microsoft.com/rest/api/storageservices: the signature of 32 bytes, URL-encoded
  { kind: 'an Azure SAS token', pattern: /[?&;]sig=[A-Za-z0-9%+/]{43,90}(?:%3D|=)/gi },
];

const NOT_IN_A_WORD = '(?<![A-Za-z0-9_-])';
const ANY_TOKEN = new RegExp(`${NOT_IN_A_WORD}(?:${TOKENS.map(([, token]) => token).join('|')})`);

/** The formats that are worth a look: one search for all tokens costs a fifth of one for each, and most texts have none. */
export function formatsFor(text: string, filePath: string): readonly KeyFormat[] {
  const tokens = ANY_TOKEN.test(text) ? tokenFormats : [];
  return [...tokens, ...otherFormats.filter(({ files }) => files === undefined || files.test(filePath))];
}

const tokenFormats: readonly KeyFormat[] = TOKENS.map(([kind, token]) => ({
  kind,
  pattern: new RegExp(`${NOT_IN_A_WORD}(?:${token})`, 'g'),
}));
const otherFormats: readonly KeyFormat[] = [
  ...WEBHOOKS,
  // docs.npmjs.com/cli/configuring-npm/npmrc: scoped to a host in any file, bare in `.npmrc`. `${NPM_TOKEN}` is
  // a reference, not a value.
  {
    kind: 'a registry credential of npm',
    pattern: /\/\/[\w.:/-]{3,200}:_(?:authToken|auth|password)(?:\s*=\s*|\s+)(?!["']?\$\{)[^\s]{4,512}/g,
  },
  {
    kind: 'a registry credential of npm',
    files: /(?:^|\/)\.?npmrc$/,
    pattern: /(?:^|\n)\s*_(?:authToken|auth|password)\s*=\s*(?!["']?\$\{)[^\s]{4,512}/g,
  },
  {
    kind: 'a private key',
    // In a file that is named like a key the header is enough.
    files: /\.(?:pem|key)$/,
    pattern: /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----/g,
  },
];
