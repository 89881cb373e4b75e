import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databaseOf } from '../test/database-of.ts';
import { postgresUrl } from '../test/postgres-url.ts';
import { type RunningService, runService } from '../test/run-service.ts';

const ISSUER = join(import.meta.dirname, '../../ehr-issuer/src/main.ts');
const AUDIENCE = 'https://records.example/fhir';
const PUBLIC_URL = 'https://records.example';
const MB = 1024 * 1024;
/** Names, numbers and days that stand nowhere else, so that whatever was printed can be searched for them. */
const CANARIES = ['Zanarienvogel', 'MRN-8271-ZZ', '1937-11-23'];
const [FAMILY, MRN, BIRTH] = CANARIES as [string, string, string];
const patient = (more: object = {}) => ({ resourceType: 'Patient', name: [{ family: FAMILY }], birthDate: BIRTH, ...more }); // prettier-ignore

/**
 * What was once done to this service, with a token that holds, against replicas as they are built: each is refused or served,
 * and somebody else is served all the while.
 */
describe.skipIf(postgresUrl === null).each([
  ['two replicas on PostgreSQL', 2],
  ['one on the embedded database', 1],
])('attacks by somebody with a token: %s', (title, replicas) => {
  const onPostgres = replicas > 1;
  let directory: string;
  let issuer: RunningService;
  let services: readonly RunningService[];
  let authorization: string;
  const sick: string[] = [];
  let served = 0;
  let most = 0;
  let watching = true;
  let watch: Promise<void>;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'ehr-attacks-'));
    issuer = await runService({ EHR_ISSUER_STATE: directory, EHR_AUDIENCE: AUDIENCE, EHR_ISSUER_TOKEN_SECONDS: '1800' }, ISSUER); // prettier-ignore
    await issuer.ready();
    const database = onPostgres ? { DATABASE_URL: await databaseOf('attacks') } : { EHR_DATA_DIR: join(directory, 'data') }; // prettier-ignore
    const settings = { EHR_ISSUERS: issuer.url, EHR_PUBLIC_URL: PUBLIC_URL, EHR_TRUSTED_PROXIES: '127.0.0.0/8', ...database }; // prettier-ignore
    services = await Promise.all(Array.from({ length: replicas }, () => runService(settings)));
    await Promise.all(services.map((one) => one.ready()));
    const form = { grant_type: 'client_credentials', client_id: 'ehr-seed', client_secret: 'demo', scope: 'system/*.cruds' }; // prettier-ignore
    const answer = await fetch(`${issuer.url}/token`, { method: 'POST', body: new URLSearchParams(form) });
    authorization = `Bearer ${((await answer.json()) as { access_token: string }).access_token}`;
    const people = Array.from({ length: 3_000 }, (_one, n) => ({
      resource: patient({ id: `p${n}`, name: [{ family: `${FAMILY}${n}`, given: ['Anna'] }] }),
      request: { method: 'PUT', url: `Patient/p${n}` },
    }));
    for (let at = 0; at < people.length; at += 1_000)
      expect((await send('POST', '', { resourceType: 'Bundle', type: 'batch', entry: people.slice(at, at + 1_000) })).status).toBe(200); // prettier-ignore
    watch = lookOn();
  });
  afterAll(async () => {
    watching = false;
    await watch;
    await Promise.all([...services, issuer].map((one) => one.kill('SIGTERM')));
    await rm(directory, { recursive: true });
  });

  const at = (n: number) => services[n % services.length]?.url ?? '';
  let asked = 0;
  const ask = async (path: string, init: RequestInit = {}, address = '198.51.100.66') => {
    const { headers, ...rest } = init;
    const answer = await fetch(`${at((asked += 1))}/fhir/${path}`, {
      ...rest,
      headers: { authorization, 'x-forwarded-for': address, ...(headers as object) },
    });
    return { status: answer.status, text: await answer.text(), headers: answer.headers };
  };
  const send = (method: string, path: string, body: unknown, headers: object = {}) =>
    ask(path, {
      method,
      headers: { 'content-type': 'application/fhir+json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  const search = (form: string) =>
    ask('Patient/_search', { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: form }); // prettier-ignore
  /** The kinds of answers; nothing of what was sent may be in one that refuses. */
  const kinds = (answers: readonly { readonly status: number; readonly text: string }[]) => {
    for (const { status, text } of answers.filter(({ status }) => status >= 400))
      for (const canary of CANARIES) expect(text, `an answer ${status}`).not.toContain(canary);
    return [...new Set(answers.map(({ status }) => status))].sort((a, b) => a - b);
  };
  const times = <T>(count: number, work: (n: number) => Promise<T>) => Promise.all(Array.from({ length: count }, (_one, n) => work(n))); // prettier-ignore

  /** Somebody else, who reads and asks how the service is, at every replica. */
  async function lookOn(): Promise<void> {
    while (watching) {
      for (const { url, pid } of services) {
        const [read, health] = await Promise.all(
          ['fhir/Patient/p1', 'health'].map(async (path) => {
            const headers = { authorization, 'x-forwarded-for': '203.0.113.1' };
            const answer = await fetch(`${url}/${path}`, { headers, signal: AbortSignal.timeout(15_000) }).catch(String); // prettier-ignore
            return typeof answer === 'string' ? answer : (await answer.arrayBuffer(), answer.status);
          }),
        );
        if (read !== 200 || health !== 200) sick.push(`read ${read}, health ${health}`);
        else served += 1;
        const [, kilobytes = '0'] =
          /VmRSS:\s+(\d+)/u.exec(await readFile(`/proc/${pid}/status`, 'utf8')) ?? [];
        most = Math.max(most, Number(kilobytes) * 1024);
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  it('two thousand parts of names in a search, ten times at once', async () => {
    const names = Array.from({ length: 2_000 }, () => 'name:contains=a').join('&');
    expect(kinds(await times(10, () => search(names)))).toEqual([400]);
  });

  it('a name of one letter a hundred times, by form and by address', async () => {
    const names = Array.from({ length: 128 }, () => 'name=a').join('&');
    expect(kinds(await times(10, () => search(names)))).toEqual([400]);
    expect(kinds(await times(10, () => ask(`Patient?${names}`)))).toEqual([400]);
  });

  it('parts of names that many have, by as many as may ask at once', async () => {
    const answers = await times(60, () => search('name:contains=anna&_total=accurate'));
    expect(kinds(answers).every((status) => status === 200 || status === 503)).toBe(true);
    expect(answers.some(({ status }) => status === 200)).toBe(true);
  });

  it('more values than a statement takes', async () => {
    const ids = Array.from({ length: 70_000 }, (_one, n) => `p${n}`).join(',');
    expect(kinds([await search(`_id=${ids}`)])).toEqual([400]);
  });

  it('six registrations of one number at once', async () => {
    const body = patient({ identifier: [{ system: 'urn:mrn', value: MRN }] });
    const condition = { 'if-none-exist': `identifier=urn:mrn|${MRN}` };
    const answers = await times(6, () => send('POST', 'Patient', body, condition));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    // The others find it, or are told that somebody was faster.
    expect(kinds(answers).every((status) => [200, 201, 409].includes(status))).toBe(true);
    expect((JSON.parse((await search(`identifier=urn:mrn|${MRN}&_count=0`)).text) as { total: number }).total).toBe(1); // prettier-ignore
  });

  it('a new record in place of one that is there', async () => {
    const answer = await send('PUT', 'Patient/p2', patient({ id: 'p2' }), { 'if-none-match': '*' });
    expect(kinds([answer])).toEqual([412]);
  });

  it('a record of forty thousand names', async () => {
    const names = Array.from({ length: 40_000 }, (_one, n) => ({ given: [`${FAMILY}${n}`] }));
    expect(kinds([await send('PUT', 'Patient/many', patient({ id: 'many', name: names }))])[0]).toBeLessThan(500); // prettier-ignore
  });

  it('sixty versions of a megabyte, read by eight at once', async () => {
    const text = 'x'.repeat(MB);
    const large = (n: number) =>
      patient({ id: 'large', photo: [{ contentType: 'image/png', title: `${n}${text}` }] });
    for (let version = 0; version < 60; version += 1) expect((await send('PUT', 'Patient/large', large(version))).status).toBeLessThan(300); // prettier-ignore
    const read = async () => {
      const answer = await fetch(`${at((asked += 1))}/fhir/Patient/large/_history?_count=60`, { headers: { authorization, 'x-forwarded-for': '198.51.100.66' } }); // prettier-ignore
      let bytes = 0;
      for await (const chunk of answer.body ?? []) bytes += chunk.length;
      return answer.status === 200 ? bytes > 5 * MB : answer.status === 503;
    };
    expect(await times(8, read)).not.toContain(false);
  });

  it('two hundred bodies of a megabyte at once', async () => {
    const body = JSON.stringify(patient({ photo: [{ contentType: 'image/png', title: 'x'.repeat(MB) }] }));
    // Who is refused before their body is read may be cut off while they still send it.
    const answers = await times(200, () => send('POST', 'Patient', body).catch(() => null));
    const answered = answers.filter((one) => one !== null);
    // Of one client 64 are at work at a time, at each replica.
    expect(kinds(answered).every((status) => [201, 429, 503].includes(status))).toBe(true);
    expect(answered.some(({ status }) => status === 201)).toBe(true);
    for (const { status, headers } of answered) if (status >= 429) expect(headers.get('retry-after')).not.toBeNull(); // prettier-ignore
  });

  it('fifteen hundred requests that nobody ends', async () => {
    const sockets = await times(1_500, async (n) => {
      const socket = connect(Number(new URL(at(n)).port), '127.0.0.1');
      socket
        .on('error', () => undefined)
        .resume()
        .write('POST /fhir/Patient HTTP/1.1\r\nhost: x\r\ncontent-le');
      return socket;
    });
    // Each is closed by the service.
    for (const socket of sockets) if (!socket.closed) await once(socket, 'close');
  });

  it('characters that no database takes, and bodies that are none', async () => {
    const own = patient();
    const answers = await Promise.all([
      ask('Patient/%00'),
      ask('Patient?name=%00'),
      send('POST', 'Patient', own, { 'content-type': 'application/fhir+json; charset=utf-16' }),
      send('POST', 'Patient', { ...own, name: [{ given: [null] }] }),
      send('POST', 'Patient', `{"resourceType":"Patient","birthDate":"${BIRTH}","birthDate":"1980-01-01"}`),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([400, 400, 415, 400, 400]);
    kinds(answers);
  });

  it('another host, in links that a client would follow with its token', async () => {
    for (const headers of [{ 'x-forwarded-host': 'evil.example' }, { forwarded: 'host=evil.example' }]) {
      const { text } = await ask('Patient?_count=1', { headers });
      expect(text).not.toContain('evil.example');
      expect(text).toContain(`${PUBLIC_URL}/fhir/Patient`);
    }
  });

  it('times of many digits, which are found by their day', async () => {
    const observation = { resourceType: 'Observation', id: 'times', status: 'final', code: { text: 'x' }, effectiveDateTime: '2015-02-07T13:28:17.123456+00:00' }; // prettier-ignore
    expect((await send('PUT', 'Observation/times', observation)).status).toBeLessThan(300);
    expect((JSON.parse((await ask('Observation?date=2015-02-07')).text) as { total?: number; entry: object[] }).entry).toHaveLength(1); // prettier-ignore
  });

  it('others were served all the while, of bounded memory, and nothing of patients was printed', async () => {
    watching = false;
    await watch;
    process.stdout.write(
      `${title}: ${served} rounds of somebody else served, ${Math.round(most / MB)} MB at most.\n`,
    );
    expect(sick).toEqual([]);
    expect(served).toBeGreaterThan(50);
    // The embedded database is in the same process.
    expect(most).toBeLessThan((onPostgres ? 700 : 1_700) * MB);
    for (const service of services) {
      const printed = service.output();
      for (const canary of [...CANARIES, authorization.slice(7, 40)]) expect(printed).not.toContain(canary);
      expect(printed).not.toContain('"status":500');
    }
  });
});
