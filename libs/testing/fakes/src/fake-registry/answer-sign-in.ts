import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RegistryRules } from './registry-rules.ts';

/** Who may sign in to a fake registry, and for what. */
export interface Account {
  readonly username: string;
  readonly password: string;
  /** The only repositories that the account may use; all of them without it. */
  readonly repositories?: readonly string[];
}

interface Access {
  readonly repository: string;
  readonly actions: readonly string[];
}

/** How a registry knows who asks: by its own token service, or by name and password. */
export interface SignIn {
  /** Whether the request may do it; if not, it was answered 401. */
  allows(request: IncomingMessage, response: ServerResponse, wanted: readonly Access[]): boolean;
  /** Answers as the token service; false when the request is not for it. */
  answersToken(request: IncomingMessage, response: ServerResponse, url: URL): boolean;
}

/** The sign-in of a registry with these rules and one account. */
export function createSignIn(rules: RegistryRules, account: Account, origin: () => string): SignIn {
  const isOwner = (header = '') =>
    header === `Basic ${Buffer.from(`${account.username}:${account.password}`).toString('base64')}`;
  const mayUse = (repository: string) => account.repositories?.includes(repository) ?? true;
  /** Token → what it was given for. */
  const given = new Map<string, readonly Access[]>();

  function challengeOf(wanted: readonly Access[]): string {
    if (rules.signIn === 'basic') return 'Basic realm="fake"';
    const scope = wanted
      .map(({ repository, actions }) => `repository:${repository}:${actions.join(',')}`)
      .join(' ');
    return `Bearer realm="${origin()}/token",service="fake",scope="${scope}"`;
  }

  return {
    allows: ({ headers }, response, wanted) => {
      const { authorization } = headers;
      const access = given.get(authorization?.replace('Bearer ', '') ?? '') ?? [];
      const byToken = wanted.every(({ repository, actions }) =>
        access.some(
          (one) => one.repository === repository && actions.every((action) => one.actions.includes(action)),
        ),
      );
      const byPassword = isOwner(authorization) && wanted.every(({ repository }) => mayUse(repository));
      if (rules.signIn === 'none' || (rules.signIn === 'token' ? byToken : byPassword)) return true;
      response.writeHead(401, { 'www-authenticate': challengeOf(wanted) });
      response.end('{"errors":[{"code":"UNAUTHORIZED","message":"authentication required"}]}');
      return false;
    },
    answersToken: ({ headers }, response, url) => {
      if (rules.signIn !== 'token' || url.pathname !== '/token') return false;
      if (!isOwner(headers.authorization)) {
        response.writeHead(401).end('{"details":"incorrect username or password"}');
        return true;
      }
      const scopes = url.searchParams
        .getAll('scope')
        .flatMap((scope) => (rules.splitsScopes ? scope.split(' ') : scope));
      const access = scopes.flatMap((scope) => {
        const [, repository = '', actions = ''] = /^repository:([^ :]+):([a-z,]+)$/.exec(scope) ?? [];
        return mayUse(repository) && repository !== '' ? [{ repository, actions: actions.split(',') }] : [];
      });
      const token = `token-${given.size}`;
      given.set(token, access);
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ token }));
      return true;
    },
  };
}
