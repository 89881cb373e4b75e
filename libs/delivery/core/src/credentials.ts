/** A sign-in for one registry. */
export type Credentials = PasswordCredentials | TokenCredentials;

/** A user name with a password or an access token. */
export interface PasswordCredentials {
  readonly username: string;
  readonly password: string;
}

/** What `docker login` got from a registry that hands out long-lived tokens instead of keeping the password. */
interface TokenCredentials {
  readonly identityToken: string;
}

/** Found only when a registry asks for a sign-in: a helper may unlock a keychain, and many registries never ask. */
export type CredentialSource = () => Promise<Credentials | undefined>;
