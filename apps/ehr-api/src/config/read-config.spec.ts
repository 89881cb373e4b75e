import { describe, expect, it } from 'vitest';
import { readConfig as readConfigOf, warningsAbout } from './read-config.ts';

const readConfig = (environment: Record<string, string>) => readConfigOf(environment, 'i1');

const EHR_ISSUERS = 'https://id.example.org';
/** What an environment in use must have. */
const IN_USE = { EHR_ISSUERS: '[{"issuer":"https://id.example.org","audience":"ehr"}]', DATABASE_URL: 'postgres://db/ehr', EHR_SESSION_SECRET: 'of this test alone, and of nobody else' }; // prettier-ignore

describe('readConfig', () => {
  it('starts without any variable, on the embedded database', () => {
    expect(readConfig({})).toMatchObject({
      port: 3000,
      host: '0.0.0.0',
      database: { kind: 'embedded', directory: './.sandbox/ehr-api-data' },
      identity: {
        service: 'ehr-api',
        fingerprint: 'development',
        environment: 'local',
        instance: 'i1',
      },
    });
  });

  it('prefers DATABASE_URL', () => {
    const url = 'postgres://user:secret@db:5432/ehr';
    expect(readConfig({ DATABASE_URL: url }).database).toEqual({
      kind: 'postgres',
      url,
    });
  });

  it('reads what clients may take, and refuses what is no number of them', () => {
    const { limits } = readConfig({ EHR_CONNECTIONS: '200', EHR_CLIENT_REQUESTS: '8' });
    expect(limits).toMatchObject({ connections: 200, clientRequests: 8 });
    expect(readConfig({}).limits).toMatchObject({ connections: 1_000, clientRequests: 64 });
    for (const value of ['0', '-1', '1.5', 'many'])
      expect(() => readConfig({ EHR_CONNECTIONS: value, EHR_CLIENT_REQUESTS: value })).toThrowError(
        /EHR_CONNECTIONS:[^]*EHR_CLIENT_REQUESTS:/u,
      );
  });

  it.each([
    ['local', {}, []],
    ['dev', { EHR_ISSUERS: JSON.stringify([{ issuer: EHR_ISSUERS, audience: 'ehr' }]) }, []],
    ['staging', { ...IN_USE, EHR_PUBLIC_URL: 'https://records.example' }, []],
    ['staging', { ...IN_USE, EHR_SESSION_SECRET: '', EHR_PUBLIC_URL: 'https://records.example' }, ['EHR_SESSION_SECRET is not set']],
    ['dev', {}, ['EHR_ISSUERS is not set: whoever reaches this port']],
    ['dev', { EHR_ISSUERS: 'development' }, ['EHR_ISSUERS is not set: whoever reaches this port']],
    ['prod', IN_USE, ['EHR_PUBLIC_URL is not set: links in answers follow the Host header']],
  ])('warns about what is left open in %s with %j', (EHR_ENVIRONMENT, others, expected) => {
    const warnings = warningsAbout(readConfig({ DATABASE_URL: 'postgres://db/ehr', EHR_ENVIRONMENT, ...others })); // prettier-ignore
    expect(warnings).toEqual(expected.map((words) => expect.stringContaining(words) as unknown));
  }); // prettier-ignore

  it('reads whose pages may ask, letter by letter', () => {
    expect(readConfig({ EHR_CORS_ORIGINS: 'https://a.example, http://localhost:3000' }).corsOrigins).toEqual(['https://a.example', 'http://localhost:3000']); // prettier-ignore
    for (const value of ['*', 'https://a.example/', 'a.example', 'https://*.example', 'null'])
      expect(() => readConfig({ EHR_CORS_ORIGINS: value })).toThrowError('EHR_CORS_ORIGINS: must be origins');
  });

  it('reads whose tokens are believed: an address, or a list of what is special of each', () => {
    expect(readConfig({ EHR_ISSUERS, EHR_PUBLIC_URL: 'https://records.example' }).issuers).toMatchObject([
      { issuer: EHR_ISSUERS, discovery: EHR_ISSUERS, audience: 'https://records.example/fhir', tenant: 'default', claims: { roles: 'roles', tenant: 'tenant', patient: 'patient' }, roles: { clinician: 'clinician' } },
    ]); // prettier-ignore
    const special = [{ issuer: EHR_ISSUERS, audience: 'ehr', claims: { roles: 'realm_access.roles' }, roles: { nurse: 'clinician' } }]; // prettier-ignore
    expect(readConfig({ EHR_ISSUERS: JSON.stringify(special) }).issuers).toMatchObject([
      { audience: 'ehr', claims: { roles: 'realm_access.roles', patient: 'patient' }, roles: { nurse: 'clinician' } }, // prettier-ignore
    ]);
    expect(readConfig({}).issuers).toEqual([]);
    expect(readConfig({ EHR_ISSUERS: ` ${EHR_ISSUERS} `, EHR_PUBLIC_URL: 'https://x' }).issuers).toMatchObject([{ issuer: EHR_ISSUERS }]); // prettier-ignore
  });

  it.each([
    ['no address', 'example.org', {}],
    ['another protocol', 'ftp://id.example.org', {}],
    ['a query', 'https://id.example.org?x', {}],
    ['broken JSON', '[{', {}],
    ['a shared secret', JSON.stringify([{ issuer: 'https://id.example.org', audience: 'a', algorithms: ['HS256'] }]), {}],
    ['no signature', JSON.stringify([{ issuer: 'https://id.example.org', audience: 'a', algorithms: ['none'] }]), {}],
    ['an unknown role', JSON.stringify([{ issuer: 'https://id.example.org', audience: 'a', roles: { x: 'root' } }]), {}],
    ['an unknown key', JSON.stringify([{ issuer: 'https://id.example.org', audience: 'a', aud: 'b' }]), {}],
    ['no audience and no public address', 'https://id.example.org', {}],
    ['http outside a local environment', 'http://id.example.org', { EHR_PUBLIC_URL: 'https://x', EHR_ENVIRONMENT: 'staging' }],
  ])('refuses an issuer with %s', (_title, value, others) => {
    expect(() => readConfig({ EHR_ISSUERS: value, ...others })).toThrowError('EHR_ISSUERS');
  }); // prettier-ignore

  it('knows the issuer of npm start by its name, and nobody where it is told to', () => {
    expect(readConfig({ EHR_ISSUERS: 'development' }).issuers).toMatchObject([
      { issuer: 'http://127.0.0.1:4300', discovery: 'http://ehr-issuer-local:4300', audience: 'http://127.0.0.1:4201/fhir' },
    ]); // prettier-ignore
    expect(readConfig({ EHR_ISSUERS: 'none' }).issuers).toEqual([]);
  });

  it.each(['staging', 'prod'])('names all that %s must not be without, at once', (EHR_ENVIRONMENT) => {
    const refusal = /bad variables[^]*EHR_ISSUERS: is required when[^]*DATABASE_URL: is required when/u;
    for (const EHR_ISSUERS of ['', 'none', 'development'])
      expect(() => readConfig({ EHR_ENVIRONMENT, EHR_ISSUERS })).toThrowError(refusal);
    expect(() => readConfig({ EHR_ENVIRONMENT, ...IN_USE, EHR_SESSION_SECRET: 'demo' })).toThrowError('EHR_SESSION_SECRET: must be'); // prettier-ignore
    const accepted = { EHR_ENVIRONMENT, ...IN_USE, EHR_SESSION_SECRET: '', DATABASE_URL: '', EHR_ALLOW_EMBEDDED_DATABASE: 'true' }; // prettier-ignore
    expect(readConfig(accepted)).toMatchObject({ database: { kind: 'embedded' }, sessionSecret: null });
  });

  it.each([
    ['postgres://ehr@db.example.org/ehr', false],
    ['postgres://ehr@db.example.org/ehr?sslmode=require', false],
    ['postgres://ehr@10.0.0.5/ehr', false],
    ['postgres://ehr@ehr-postgres-prod/ehr?host=db.example.org', false],
    ['postgres://ehr@db.example.org/ehr?sslmode=verify-full&sslmode=disable', false],
    ['postgres://ehr@db.example.org/ehr?sslmode=verify-full&ssl=false', false],
    ['postgres://ehr@db.example.org/ehr?sslmode=verify-full&uselibpqcompat=true', false],
    ['postgres://ehr@near/ehr?host=near&host=db.example.org', false],
    ['postgres://ehr@167772161/ehr', false],
    ['postgres://ehr@0x0a000001/ehr', false],
    ['postgres://ehr@db.example.org/ehr?sslmode=verify-full', true],
    ['postgres://ehr@ehr-postgres-prod:5432/ehr', true],
    ['postgres://ehr@127.0.0.1/ehr', true],
  ])('takes %s in prod: %s', (DATABASE_URL, expected) => {
    const read = () => readConfig({ EHR_ENVIRONMENT: 'prod', ...IN_USE, DATABASE_URL });
    if (expected) expect(read().database).toEqual({ kind: 'postgres', url: DATABASE_URL });
    else expect(read).toThrowError('DATABASE_URL: must end with ?sslmode=verify-full');
  });

  it.each([
    ['', null],
    ['https://records.example', 'https://records.example'],
    ['https://records.example/', 'https://records.example'],
    ['https://records.example:8443/ehr/', 'https://records.example:8443/ehr'],
  ])('takes the public address %j', (EHR_PUBLIC_URL, publicUrl) => {
    expect(readConfig({ EHR_PUBLIC_URL }).publicUrl).toBe(publicUrl);
  });

  it.each([
    'records.example',
    'ftp://records.example',
    'https://a@records.example',
    'https://x/?a',
    'https://x/#a',
  ])('refuses the public address %s', (EHR_PUBLIC_URL) => {
    expect(() => readConfig({ EHR_PUBLIC_URL })).toThrowError('EHR_PUBLIC_URL: must be http(s)://host');
  });

  it.each([['mysql://root:hunter2@db/ehr'], ['host=db password=hunter2']])(
    'refuses a DATABASE_URL like %s without repeating its password',
    (DATABASE_URL) => {
      const attempt = () => readConfig({ DATABASE_URL, LOG_LEVEL: 'loud', PORT: 'x' });
      expect(attempt).toThrowError(/PORT:[^]*DATABASE_URL:[^]*LOG_LEVEL:/u);
      expect(attempt).not.toThrowError(/hunter2/u);
    },
  );
});
