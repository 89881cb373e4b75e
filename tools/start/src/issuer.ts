/** Who can sign in with the development issuer. */
export const DEMO_PEOPLE =
  'Sign in as clara (clinician), frida (front desk), adam (administrator) or audrey (auditor); the password is demo.';

/** Where browsers reach the development issuer, and what the services have to be told of that. */
interface OwnIssuer {
  readonly port: number;
  readonly variables: Readonly<Record<string, string>>;
}

/** As docker-compose.yml and ehr-api know it. */
const PORT = '4300';

/** The issuer that `npm start` runs; null where EHR_ISSUERS says whom to believe. */
export function issuerOf({ EHR_ISSUERS = '', ISSUER_PORT = PORT }: NodeJS.ProcessEnv): OwnIssuer | null {
  if (EHR_ISSUERS !== '' && EHR_ISSUERS !== 'development') return null;
  if (ISSUER_PORT === PORT) return { port: Number(PORT), variables: {} };
  const own = {
    issuer: `http://127.0.0.1:${ISSUER_PORT}`,
    discovery: `http://ehr-issuer-local:${PORT}`,
    audience: 'http://127.0.0.1:4201/fhir',
  };
  return { port: Number(ISSUER_PORT), variables: { EHR_ISSUERS: JSON.stringify([own]) } };
}
