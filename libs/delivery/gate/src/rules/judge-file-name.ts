import type { Finding, GateRule } from '../gate-model.ts';

/**
 * The finding for a file in our own layers by its name alone; `place` is where what is found ends: `app/.git` for all
 * that is in it. A whiteout (OCI image spec, layer.md) names a file that is gone, not one that is there.
 */
export function judgeFileName(path: string): Finding | undefined {
  if (/(?:^|\/)\.wh\.[^/]*$/.test(path)) return undefined;
  for (const { pattern, ...finding } of rules) {
    const match = pattern.exec(path);
    if (match) return { ...finding, place: match[0] };
  }
  return undefined;
}

interface FileRule extends Omit<Finding, 'place'> {
  /** Matches from the path's begin to the end of what is reported; `[^]`, for a name may hold a line break. */
  readonly pattern: RegExp;
}

const refuse = (pattern: RegExp, message: string): FileRule => ({
  rule: 'forbidden-file',
  severity: 'refuse',
  pattern,
  message: `${message} Deleting it in a later layer does not take it out of the image.`,
});
const warn = (rule: GateRule, pattern: RegExp, message: string): FileRule => ({
  rule,
  severity: 'warn',
  pattern,
  message,
});

const rules: readonly FileRule[] = [
  // Examples are made to be read by everybody.
  refuse(
    /^(?:[^]*\/)?(?:\.env(?![^/]*\.(?:example|sample|template)$)(?:[._-][^/]*|rc)?|[^/]+\.env)$/i,
    'An environment file is in the image: it usually holds credentials, and one image is for all environments.',
  ),
  refuse(/^(?:[^]*\/)?\.(?:git|hg|svn)(?=\/|$)/, 'The whole history of the sources is in the image.'),
  refuse(
    /^(?:[^]*\/)?id_(?:rsa|dsa|ecdsa|ed25519)(?:_sk)?$/,
    'An SSH private key is in the image; make a new one and revoke this one.',
  ),
  refuse(/^(?:[^]*\/)?[^/]+\.(?:p12|pfx|jks|keystore|kdbx|ppk)$/i, 'A store of keys is in the image.'),
  refuse(
    /^(?:[^]*\/)?(?:\.docker\/config\.json|\.dockercfg|\.aws\/credentials|\.kube\/config|\.config\/gcloud(?=\/|$))/,
    'The credentials of a command-line tool are in the image.',
  ),
  refuse(
    /^(?:[^]*\/)?(?:\.netrc|_netrc|\.git-credentials|\.pgpass|\.my\.cnf|\.pypirc|\.htpasswd|\.vault-token)$/,
    'A file of passwords is in the image.',
  ),
  refuse(
    /^(?:[^]*\/)?\.(?:bash|zsh|sh|ash|psql|mysql|sqlite|python|node_repl|rediscli|mongo|dbshell)_?history$/i,
    'What somebody typed is in the image, and with it whatever was typed into a command.',
  ),
  {
    rule: 'test-file',
    severity: 'refuse',
    pattern: /^(?:[^]*\/)?[^/]+\.spec\.[^/.]+$/,
    message: 'A test is in the image: the sources were copied, not a build.',
  },
  warn('source-map', /^[^]*\.(?:[cm]?js|css)\.map$/, 'A source map shows the sources to everybody.'),
  warn(
    'unread-archive',
    /^[^]*\.(?:zip|tgz|gz|bz2|xz|zst|7z|br|tar|jar|whl)$/i,
    'The gate does not read archives; nothing is known about what is inside.',
  ),
];
