import { rules } from '@secretlint/secretlint-rule-preset-recommend';

/** A match in a text; `end` is exclusive. */
export interface TextMatch {
  readonly kind: string;
  readonly start: number;
  readonly end: number;
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
];
const patternRules = (rules as unknown as readonly PatternRule[]).filter(
  ({ meta }) => !unused.includes(meta.id),
);

/**
 * What secretlint's recommended rules find: GitHub, GitLab, Docker Hub, npm, Slack, AWS, private keys, URLs with
 * a password, database addresses and more. The rules are run without @secretlint/core, whose profiler keeps an
 * entry for every text it ever saw.
 */
export function matchVendorRules(content: string, filePath: string): readonly TextMatch[] {
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
  const spoken: Readonly<Record<string, string>> = {
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
  return spoken[name] ?? `a credential of ${name}`;
}
