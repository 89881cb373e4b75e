import { rules } from '@secretlint/secretlint-rule-preset-recommend';
import type { GateRule } from '../gate-model.ts';
import { matchAddresses } from './addresses.ts';
import { decodedParts } from './encodings.ts';
import { matchNamedLiterals } from './named-literals.ts';
import { hasStandIn } from './plausible.ts';
import { matchPrivateKeys } from './private-keys.ts';
import type { TextMatch } from './text-match.ts';
import { formatsFor } from './vendor-formats.ts';

/** A match, and the rule of the gate that it breaks. */
export type RuledMatch = TextMatch & { readonly rule: GateRule };

/**
 * Everything in the text that is a credential, as it stands or decoded, in the order of the text; some formats need the
 * file's name. Of what several rules find the first one tells.
 */
export function matchSecrets(text: string, filePath: string): readonly RuledMatch[] {
  const encoded = decodedParts(text).flatMap(({ text: decoded, as, start, end }) =>
    matchPlain(decoded, filePath).map(({ rule, kind }) => ({ rule, kind: `${kind} (${as})`, start, end })),
  );
  return [...matchPlain(text, filePath), ...encoded].sort((a, b) => a.start - b.start);
}

function matchPlain(text: string, filePath: string): readonly RuledMatch[] {
  const ruled = (rule: GateRule, matches: readonly TextMatch[]) =>
    matches.map((match) => ({ ...match, rule }));
  return [
    ...ruled('key-format', matchKeyFormats(text, filePath)),
    ...ruled('credential-url', matchAddresses(text)),
    ...ruled('named-secret', matchNamedLiterals(text, filePath)),
  ];
}

/** What has the format of a credential, in the order of the text. */
function matchKeyFormats(text: string, filePath: string): readonly TextMatch[] {
  const own = formatsFor(text, filePath).flatMap(({ kind, pattern }) =>
    [...text.matchAll(pattern)].map(({ index, 0: { length } }) => ({
      kind,
      start: index,
      end: index + length,
    })),
  );
  const issued = [...matchVendorRules(text, filePath), ...own, ...matchTokens(text)];
  return [
    // `//npm.example.org/:_authToken=…`: the value alone counts.
    ...issued.filter(({ start, end }) => !hasStandIn(text.slice(start, end).replace(/^.*=(?=.)/, ''))),
    ...matchPrivateKeys(text),
  ].sort((a, b) => a.start - b.start);
}

// RFC 7515 § 3.1: both start with `{"`; the header names its algorithm, which other data of this form does not.
const JWT = /\beyJ[A-Za-z0-9_-]{14,1000}\.(eyJ[A-Za-z0-9_-]{10,5000})\.[A-Za-z0-9_-]{27,700}/g;

/** Signed JWT, but for those that are public: the sample of jwt.io, and what Supabase gives every browser. */
function matchTokens(text: string): TextMatch[] {
  return [...text.matchAll(JWT)].flatMap(({ index, 0: token, 1: payload = '' }) => {
    const claims = Buffer.from(payload, 'base64url').toString('latin1');
    const isPublic = /"name":\s*"John Doe"/.test(claims) || /"role":\s*"anon"/.test(claims);
    return isPublic ? [] : [{ kind: 'a signed JWT', start: index, end: index + token.length }];
  });
}

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
  // Take `https://user:pass@example.com/` for a leak; `addresses.ts` has them.
  '@secretlint/secretlint-rule-basicauth',
  '@secretlint/secretlint-rule-database-connection-string',
];
const patternRules = (rules as unknown as readonly PatternRule[]).filter(
  ({ meta }) => !unused.includes(meta.id),
);

/**
 * What secretlint's recommended rules find: GitHub, GitLab, Docker Hub, npm, Slack, AWS, private keys and more. The rules
 * are run without @secretlint/core, whose profiler keeps an entry for every text it ever saw.
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
    docker: 'a Docker Hub token',
    github: 'a GitHub token',
    gitlab: 'a GitLab token',
    npm: 'an npm token',
    privatekey: 'a private key',
    slack: 'a Slack token or webhook',
  };
  return kinds[name] ?? `a credential of ${name}`;
}
