import { errors, jwtVerify, SignJWT } from 'jose';

/** The header by which a service says that it is one of ours: never that of a user. */
export const SERVICE_HEADER = 'ehr-service';

/** What one service tells another so that it believes it: signed, and good for half a minute (clocks may differ by five seconds). */
export interface ServiceTokens {
  readonly sign: () => Promise<string>;
  /** Whether a token was signed with the same secret, a moment ago. */
  readonly hold: (token: string) => Promise<boolean>;
}

const LASTS = '30s';
const AUDIENCE = 'ehr-api';

/**
 * `secret` is that of both services; what is signed with it is of no use elsewhere, nor in another environment that was given the
 * same one.
 */
export function serviceTokens(secret: string, environment: string): ServiceTokens {
  const key = new TextEncoder().encode(`ehr-connect service\n${secret}`);
  return {
    sign: async () =>
      new SignJWT()
        .setProtectedHeader({ alg: 'HS256' })
        .setIssuedAt()
        .setIssuer(environment)
        .setAudience(AUDIENCE)
        .setExpirationTime(LASTS)
        .sign(key),
    hold: async (token) => {
      try {
        await jwtVerify(token, key, {
          algorithms: ['HS256'],
          issuer: environment,
          audience: AUDIENCE,
          clockTolerance: 5,
          maxTokenAge: LASTS,
        });
        return true;
      } catch (error) {
        if (error instanceof errors.JOSEError) return false;
        throw error;
      }
    },
  };
}
