import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { permissionOf, type Principal } from '../src/access/decide.ts';
import { parseScopes } from '../src/access/scopes.ts';
import { type Role, roles } from '../src/config/issuers.ts';
import type { Database } from '../src/database/database.ts';
import { idsWithin, patientOf, records, TYPES } from './access-world.ts';
import { believing } from './believing.ts';
import { type Json, type RunningApi, startApi, write } from './start-api.ts';
import { startIssuer, type TestIssuer } from './start-issuer.ts';

const SCOPES = [
  'patient/*.rs', 'patient/*.cruds', 'patient/Observation.rs', 'patient/Observation.rs?category=laboratory', 'patient/Observation.rs?category=vital-signs', 'patient/Patient.r', 'patient/Condition.s',
  'user/*.cruds', 'user/*.rs', 'user/Patient.rs', 'user/Observation.cruds', 'user/Observation.s?category=laboratory', 'user/Encounter.read', 'user/AuditEvent.rs', 'user/Condition.c',
  'system/*.cruds', 'system/*.rs', 'system/Observation.rs', 'openid', 'launch/patient', 'user/Nothing.rs', 'user/*.sr', 'user/Observation.rs?unheard-of=1',
]; // prettier-ignore

const principals = fc.record({
  scopes: fc.subarray(SCOPES, { minLength: 1, maxLength: 4 }),
  roles: fc.subarray<Role>([...roles], { maxLength: 2 }),
  patient: fc.constantFrom(null, 'p1', 'p2'),
  isSystem: fc.boolean(),
  tenant: fc.constantFrom<string>('access-a', 'access-b'),
});
type Asking = typeof principals extends fc.Arbitrary<infer Value> ? Value : never;

/** Who may see what, over HTTP: what comes is what a plain reading of scopes, roles and records says, and no more. */
export function describeAccess(database: () => Database, askers: number): void {
  describe('what somebody may see', () => {
    let issuer: TestIssuer;
    let api: RunningApi;
    let requests = 0;
    const known = (asking: Asking): Principal => ({
      ...asking,
      subject: asking.isSystem ? 'app' : 'u',
      issuer: issuer.url,
      purpose: null,
      isStaff: asking.roles.length > 0,
      client: 'app',
      scopes: parseScopes(asking.scopes.join(' ')),
    });
    const tokenOf = ({ isSystem, scopes, patient, ...rest }: Asking) =>
      issuer.sign({
        ...rest,
        sub: isSystem ? 'app' : 'u',
        scope: scopes.join(' '),
        ...(patient !== null && { patient }),
      });
    const everything: Asking = {
      scopes: ['system/*.cruds'],
      roles: [],
      patient: null,
      isSystem: true,
      tenant: 'access-a',
    };

    beforeAll(async () => {
      issuer = await startIssuer();
      api = await startApi(database(), { authenticator: believing(issuer.url, database()) });
      await database().query(`insert into tenant values (11, 'access-a'), (12, 'access-b')`);
      for (const tenant of ['access-a', 'access-b']) {
        const entry = records.map(({ type, id, resource }) => ({ resource, request: { method: 'PUT', url: `${type}/${id}` } }));
        const token = await tokenOf({ ...everything, tenant });
        const answer = await api.send(write('POST', '/fhir', { resourceType: 'Bundle', type: 'transaction', entry }, { authorization: `Bearer ${token}` }));
        expect(answer.status).toBe(200);
      }
    }); // prettier-ignore
    afterAll(async () => {
      await api.app.close();
      await issuer.stop();
      process.stdout.write(`${requests} requests of ${askers} askers were answered as they had to be.\n`);
    });

    const entries = (body: Json) => (body.entry ?? []).map(({ resource, search }) => ({ type: resource.resourceType, id: resource.id, mode: search?.mode })); // prettier-ignore

    it('is what scopes, roles, the patient and the tenant allow, however it is asked for', async () => {
      await fc.assert(
        fc.asyncProperty(principals, async (asking) => {
          const principal = known(asking);
          const authorization = `Bearer ${await tokenOf(asking)}`;
          const get = async (url: string) => {
            requests += 1;
            const answer = await api.get(url, { authorization });
            expect(answer.status).toBeLessThan(500);
            return answer;
          };
          const within = (type: string, letter: 'r' | 's') => idsWithin(principal, type, letter);
          const isAuditor = permissionOf(principal, 'AuditEvent', 's') === 'all';
          expect((await get('/fhir/AuditEvent?_count=1')).status).toBe(isAuditor ? 200 : 403);
          for (const type of TYPES) {
            const searched = within(type, 's');
            const answer = await get(`/fhir/${type}?_total=accurate&_count=2`);
            expect(answer.status).toBe(searched === null ? 403 : 200);
            if (searched !== null) {
              expect(answer.body.total).toBe(searched.length);
              const ids = entries((await get(`/fhir/${type}?_count=50`)).body).map(({ id }) => id);
              expect(ids.sort()).toEqual([...searched].sort());
              expect((await get(`/fhir/${type}?_summary=count`)).body.total).toBe(searched.length);
              const isWhole = permissionOf(principal, type, 's') === 'all';
              const history = await get(`/fhir/${type}/_history`);
              expect(history.status).toBe(isWhole ? 200 : 403);
              if (isWhole) expect(entries(history.body).map(({ id }) => id).sort()).toEqual([...searched].sort());
            }
            const read = within(type, 'r');
            const [one, other] = records.filter((record) => record.type === type);
            for (const record of [one, other]) {
              if (record === undefined) continue;
              const isRead = read?.includes(record.id) === true;
              const { status } = await get(`/fhir/${type}/${record.id}`);
              expect(status).toBe(isRead ? 200 : read === null ? 403 : 404);
              const versions = await get(`/fhir/${type}/${record.id}/_history`);
              expect(versions.status).toBe(isRead ? 200 : read === null ? 403 : 404);
            }
            expect((await get(`/fhir/${type}/nobody`)).status).toBe(read === null ? 403 : 404);
          }
          const observations = within('Observation', 's');
          const people = within('Patient', 's');
          if (observations !== null) {
            const chained = await get('/fhir/Observation?subject:Patient.name=canaryp1&_total=accurate');
            const both = observations.filter((id) => patientOf(id) === 'p1' && people?.includes('p1') === true);
            expect(entries(chained.body).map(({ id }) => id).sort()).toEqual([...both].sort());
            expect(chained.body.total).toBe(both.length);
            // What no index finds is asked of each resource behind the reference.
            const asked = await get('/fhir/Observation?subject:Patient.name:missing=false&_count=50');
            const behind = observations.filter((id) => people?.includes(patientOf(id) ?? '') === true);
            expect(entries(asked.body).map(({ id }) => id).sort()).toEqual([...behind].sort());
            const included = entries((await get('/fhir/Observation?_include=*&_count=50')).body).filter(({ mode }) => mode === 'include');
            for (const { type, id } of included) expect(within(type, 'r')).toContain(id);
            const patients = new Set(observations.map(patientOf));
            expect(included.filter(({ type }) => type === 'Patient').map(({ id }) => id).sort()).toEqual([...patients].filter((id) => within('Patient', 'r')?.includes(id ?? '')).sort());
          }
          if (people !== null) {
            const referred = await get('/fhir/Patient?_has:Observation:subject:category=laboratory&_total=accurate');
            const wanted = people.filter((id) => observations?.includes(`lab-${id}`) === true);
            expect(entries(referred.body).map(({ id }) => id).sort()).toEqual([...wanted].sort());
            expect(referred.body.total).toBe(wanted.length);
            const probed = await get('/fhir/Patient?_has:Observation:subject:category:not=vital-signs&_count=50');
            expect(entries(probed.body).map(({ id }) => id).sort()).toEqual([...wanted].sort());
            const beside = entries((await get('/fhir/Patient?_revinclude=*&_count=50')).body).filter(({ mode }) => mode === 'include');
            for (const { type, id } of beside) expect(within(type, 'r')).toContain(id);
          }
          const whole = await get('/fhir/Patient/p1/$everything?_count=100');
          const own = within('Patient', 'r');
          expect(whole.status).toBe(own === null ? 403 : own.includes('p1') ? 200 : 404);
          for (const { type, id } of whole.status === 200 ? entries(whole.body) : []) expect(within(type, 'r')).toContain(id);
          const all = await get('/fhir?_count=100&_type=Observation,Patient');
          expect(all.status).toBe(observations === null || people === null ? 403 : 200);
          if (all.status === 200) expect(entries(all.body)).toHaveLength([...(observations ?? []), ...(people ?? [])].length);
        }),
        { numRuns: askers, seed: 16 },
      );
    }, 300_000); // prettier-ignore
  });
}
