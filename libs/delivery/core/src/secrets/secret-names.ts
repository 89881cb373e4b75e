/** Keys that are made to be published: GPG_KEY of Docker's own python image is a fingerprint. */
const PUBLIC_KEY = /(?:^|_)(?:PUBLIC|PUBLISHABLE|GPG)_?KEYS?$/i;

const SECRET = new RegExp(
  [
    // `NPM_TOKEN`, `PGPASSWORD`, `apiKey`, `x-api-key`, `PASSWORD_2`, `passwordHash`
    '(?:TOKEN|PASSWORD|PASSWD|PASSPHRASE|SECRET|CREDENTIAL|(?:API|ACCESS|PRIVATE|SECRET)[_-]?KEY)S?(?:[_-]?(?:HASH|\\d+))?$',
    // `STRIPE_KEY` and `BASIC_AUTH`, but not `MONKEY` or `PWD`
    '_(?:KEYS?|PWD|PASS|AUTH)$',
    '(?:ACCESS_?KEY_?ID|SECRET_KEY_BASE)$',
    // Whoever has a webhook's address can use it: `DOKPLOY_WEBHOOK_API`
    'WEBHOOK(?!.*_?(?:PORT|HOST|PATH|TIMEOUT|ENABLED)$)',
  ].join('|'),
  'i',
);

/**
 * Whether a variable, field or header of this name holds a secret. False for `NPM_TOKEN_FILE`, which names where one is
 * mounted, and for `DATABASE_URL`, whose value may be without a password.
 */
export function isSecretName(name: string): boolean {
  return SECRET.test(name) && !PUBLIC_KEY.test(name);
}
