/** Formats that tell a credential by its look, beside those `vendor-rules.ts` takes from secretlint. */
export interface KeyFormat {
  readonly kind: string;
  /** Global; the lengths are the issuers' own, for a looser one also matches minified code and base64 data. */
  readonly pattern: RegExp;
  /** Only in files of these names. */
  readonly files?: RegExp;
}

export const keyFormats: readonly KeyFormat[] = [
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html; base 32, hence no 0, 1, 8, 9.
  // AWS's own documentation uses ids that end in EXAMPLE, and its SDKs carry that documentation along.
  { kind: 'an AWS access key id', pattern: /\b(?:AKIA|ASIA|ABIA|ACCA)(?![A-Z2-7]{9}EXAMPLE)[A-Z2-7]{16}\b/g },
  // https://docs.gitlab.com/security/tokens/#token-prefixes; secretlint knows `glpat-` alone.
  {
    kind: 'a GitLab token',
    pattern: /\bgl(?:dt|rt|rtr|cbt|ptt|ft|imt|agent|soat|ffct|oas)-[A-Za-z0-9_-]{20,128}\b/g,
  },
  // Tokens of an organisation: https://docs.docker.com/enterprise/security/access-tokens/
  { kind: 'a Docker Hub organisation token', pattern: /\bdckr_oat_[A-Za-z0-9_-]{32}/g },
  // RFC 7515 § 3.1: both start with `{"`; the header names its algorithm, which data of the same look does not.
  {
    kind: 'a signed JWT',
    pattern: /\beyJ[A-Za-z0-9_-]{14,1000}\.eyJ[A-Za-z0-9_-]{10,5000}\.[A-Za-z0-9_-]{27,700}/g,
  },
  // https://cloud.google.com/docs/authentication/api-keys and Google's OAuth client secrets.
  { kind: 'a Google API key', pattern: /\bAIza[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])/g },
  { kind: 'a Google OAuth client secret', pattern: /\bGOCSPX-[A-Za-z0-9_-]{28}(?![A-Za-z0-9_-])/g },
  // https://docs.stripe.com/keys; `pk_` keys are made to be published.
  { kind: 'a Stripe secret key', pattern: /\b[rs]k_(?:live|test)_[A-Za-z0-9]{16,247}\b/g },
  { kind: 'a Stripe webhook secret', pattern: /\bwhsec_[A-Za-z0-9+/]{32,64}={0,2}/g },
  // docs.npmjs.com/cli/configuring-npm/npmrc: scoped to a host in any file, bare in `.npmrc`. `${NPM_TOKEN}` is
  // a reference, not a value.
  {
    kind: 'a registry credential of npm',
    pattern: /\/\/[\w.:/-]{3,200}:_(?:authToken|auth|password)\s*=\s*(?!["']?\$\{)[^\s]{4,512}/g,
  },
  {
    kind: 'a registry credential of npm',
    files: /(?:^|\/)\.?npmrc$/,
    pattern: /(?:^|\n)\s*_(?:authToken|auth|password)\s*=\s*(?!["']?\$\{)[^\s]{4,512}/g,
  },
  // RFC 7468. In a file that is named like a key the header is enough; elsewhere a key is wanted behind it, for
  // every TLS library holds the header. secretlint finds the common ones; an encrypted one and one of 48 bytes
  // (RFC 8410) do not look as it expects.
  {
    kind: 'a private key',
    files: /\.(?:pem|key)$/,
    pattern: /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----/g,
  },
  {
    kind: 'an encrypted private key',
    pattern:
      /-----BEGIN (?:ENCRYPTED PRIVATE KEY-----(?:\s|\\n)+MI|PGP PRIVATE KEY BLOCK-----(?:\s|\\n)+[A-Za-z0-9+/:=]{16}|[A-Z]+ PRIVATE KEY-----(?:\s|\\n)+Proc-Type: 4,ENCRYPTED)/g,
  },
  {
    kind: 'a private key',
    pattern:
      /-----BEGIN PRIVATE KEY-----(?:\s|\\[nr])+MC[A-Za-z0-9+/]{60,62}={0,2}(?:\s|\\[nr])+-----END PRIVATE KEY-----/g,
  },
  { kind: 'an age secret key', pattern: /\bAGE-SECRET-KEY-1[A-Z0-9]{58}\b/g },
];
