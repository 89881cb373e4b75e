import { rules } from '@secretlint/secretlint-rule-preset-recommend';

/** A match in a text; `end` is exclusive. */
export interface TextMatch {
  /** `a GitHub token`. */
  readonly kind: string;
  readonly start: number;
  readonly end: number;
}

/** Everything in the text that has the format of a credential, in the order of the text; some formats need the file's name. */
export function matchKeyFormats(text: string, filePath: string): readonly TextMatch[] {
  const own = ownFormats
    .filter(({ files }) => files === undefined || files.test(filePath))
    .flatMap(({ kind, pattern }) =>
      [...text.matchAll(pattern)].map(({ index, 0: { length } }) => ({
        kind,
        start: index,
        end: index + length,
      })),
    );
  return [...matchVendorRules(text, filePath), ...own].sort((a, b) => a.start - b.start);
}

/** A format that shows a credential by its text alone, beside those of secretlint. */
interface KeyFormat {
  readonly kind: string;
  /** Global; the lengths are the issuers' own, for a looser one also matches minified code and base64 data. */
  readonly pattern: RegExp;
  /** Only in files of these names. */
  readonly files?: RegExp;
}

const ownFormats: readonly KeyFormat[] = [
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
  // RFC 7515 § 3.1: both start with `{"`; the header names its algorithm, which other data of this form does not.
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
  // (RFC 8410) do not have the form it expects.
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

/** The part of secretlint's rule interface (@secretlint/types) that its pattern rules use. */
interface PatternRule {
  readonly meta: { readonly id: string };
  readonly create: (
    context: {
      createTranslator: () => (id: string) => { messageId: string; message: string };
      report: (found: { range: readonly [number, number] }) => void;
    },
    options: object,
  ) => { readonly file?: (source: { content: string; filePath: string }) => void };
}

const unused = [
  // Would let a comment in the image switch the search off.
  '@secretlint/secretlint-rule-filter-comments',
  // Reads the named file from this machine's disk; a service account's key is found by its PEM block.
  '@secretlint/secretlint-rule-gcp',
];
const patternRules = (rules as unknown as readonly PatternRule[]).filter(
  ({ meta }) => !unused.includes(meta.id),
);

/**
 * What secretlint's recommended rules find: GitHub, GitLab, Docker Hub, npm, Slack, AWS, private keys, URLs with
 * a password, database addresses and more. The rules are run without @secretlint/core, whose profiler keeps an
 * entry for every text it ever saw.
 */
function matchVendorRules(content: string, filePath: string): readonly TextMatch[] {
  const matches: TextMatch[] = [];
  for (const rule of patternRules) {
    const kind = kindOf(rule.meta.id);
    const file = rule.create(
      {
        createTranslator: () => (messageId) => ({ messageId, message: messageId }),
        report: ({ range: [start, end] }) => matches.push({ kind, start, end }),
      },
      {},
    ).file;
    file?.({ content, filePath });
  }
  return matches;
}

function kindOf(ruleId: string): string {
  const name = ruleId.replace('@secretlint/secretlint-rule-', '');
  const kinds: Readonly<Record<string, string>> = {
    aws: 'an AWS secret access key',
    basicauth: 'an address with a password',
    'database-connection-string': 'a database address with a password',
    docker: 'a Docker Hub token',
    github: 'a GitHub token',
    gitlab: 'a GitLab token',
    npm: 'an npm token',
    privatekey: 'a private key',
    slack: 'a Slack token or webhook',
  };
  return kinds[name] ?? `a credential of ${name}`;
}
