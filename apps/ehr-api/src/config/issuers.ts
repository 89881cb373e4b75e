import { z } from 'zod';

export const roles = ['clinician', 'front-desk', 'administrator', 'auditor', 'system'] as const;

/** What somebody is employed for. */
export type Role = (typeof roles)[number];

/** Whose tokens are believed, and what their claims are called. */
export interface Issuer {
  /** As tokens name it in `iss`, letter by letter. */
  readonly issuer: string;
  /** As tokens name this server in `aud`. */
  readonly audience: string;
  /** Where this server finds its metadata, if it is not where browsers do. */
  readonly discovery: string;
  readonly algorithms: readonly string[];
  /** Of those whose token names none. */
  readonly tenant: string;
  /** Those that its tokens may name, or `*`: any. */
  readonly tenants: readonly string[];
  /** Paths of claims: `realm_access.roles`. */
  readonly claims: {
    readonly roles: string;
    readonly tenant: string;
    readonly patient: string;
    readonly purpose: string;
  };
  /** What this issuer calls the roles. */
  readonly roles: Readonly<Record<string, Role>>;
  /** What it can do for SMART apps, for `/.well-known/smart-configuration`. */
  readonly capabilities: readonly string[];
}

/** Signatures that a public key checks: with a shared secret, whoever checks could also sign. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'] as const; // prettier-ignore

/** http://hl7.org/fhir/smart-app-launch/STU2.2/conformance.html#capability-sets */
const CAPABILITIES = [
  'launch-standalone',
  'client-public',
  'client-confidential-asymmetric',
  'sso-openid-connect',
  'context-standalone-patient',
  'permission-offline',
  'permission-patient',
  'permission-user',
  'permission-v1',
  'permission-v2',
];

const path = z.string().regex(/^[^.]+(\.[^.]+)*$/u, 'must be names of claims, with dots between');
const url = z.string().refine(isWebAddress, 'must be a URL https://…, without a query');

const issuerSchema = z
  .strictObject({
    issuer: url,
    audience: z.string().min(1).optional(),
    discovery: url.optional(),
    algorithms: z.array(z.enum(ALGORITHMS)).min(1).default(['RS256', 'PS256', 'ES256']),
    tenant: z.string().min(1).default('default'),
    tenants: z.array(z.string().min(1)).optional(),
    claims: z
      .strictObject({
        roles: path.default('roles'),
        tenant: path.default('tenant'),
        patient: path.default('patient'),
        purpose: path.default('purpose_of_use'),
      })
      .prefault({}),
    roles: z.record(z.string(), z.enum(roles)).default({}),
    capabilities: z.array(z.string()).default(CAPABILITIES),
  })
  .transform(({ discovery, roles: names, tenants, ...rest }) => ({
    ...rest,
    tenants: tenants ?? [rest.tenant],
    discovery: discovery ?? rest.issuer,
    roles: { ...Object.fromEntries(roles.map((role) => [role, role])), ...names },
  }));

/** What EHR_ISSUERS is for nobody, and for the issuer of `npm start`, as docker-compose.yml says where nobody says otherwise. */
const NONE = 'none';
const DEVELOPMENT = 'development';

/** `npm start` runs it: browsers reach it on this machine, the services on their own network. */
const developmentIssuer = {
  issuer: 'http://127.0.0.1:4300',
  discovery: 'http://ehr-issuer-local:4300',
  audience: 'http://127.0.0.1:4201/fhir',
};

/**
 * EHR_ISSUERS: the URL of one issuer, or a JSON list with what is special of each:
 * `[{"issuer":"https://id.example.org/realms/clinic","audience":"ehr","claims":{"roles":"realm_access.roles"}}]`.
 */
export const issuersVariable = z
  .string()
  .default('')
  .transform((given, context): unknown => {
    const text = given.trim();
    if (text === NONE) return [];
    if (text === DEVELOPMENT) return [developmentIssuer];
    if (!text.startsWith('[')) return text === '' ? [] : [{ issuer: text }];
    try {
      return JSON.parse(text);
    } catch {
      context.addIssue('must be the URL of an issuer, or a JSON list of issuers');
      return z.NEVER;
    }
  })
  .pipe(z.array(issuerSchema));

/** Whether it is the one of `npm start`, whose people are made up. */
export function isDevelopment({ issuer }: { readonly issuer: string }): boolean {
  return issuer === developmentIssuer.issuer;
}

/** With its audience: without one it is the address of the FHIR service. */
export function withAudience(
  issuers: z.infer<typeof issuersVariable>,
  publicUrl: string | null,
): readonly Issuer[] {
  return issuers.map((issuer) => ({ ...issuer, audience: issuer.audience ?? `${publicUrl ?? ''}/fhir` }));
}

/** Of a service: without a query or a user. */
export function isWebAddress(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { protocol, username, search, hash } = new URL(value);
  return /^https?:$/u.test(protocol) && username + search + hash === '';
}
