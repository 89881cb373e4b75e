const headers = { 'content-type': 'application/fhir+json' };

/** What a client saw that writes and reads without a pause. */
export interface Seen {
  /** Ids of the patients it created. */
  readonly written: readonly string[];
  readonly reads: number;
  readonly failures: readonly string[];
}

/** Creates patients, changes, finds and reads them, one request after the other, until it is stopped. */
export function keepBusy(url: string, name: string) {
  const written: string[] = [];
  const failures: string[] = [];
  let reads = 0;
  let wanted = Infinity;
  const send = async (method: string, path: string, body?: object) => {
    const answer = await fetch(`${url}/fhir/${path}`, {
      method,
      headers,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    }).catch((error: unknown) => String(error));
    if (typeof answer === 'string') failures.push(`${method}: ${answer}`);
    else if (!answer.ok) failures.push(`${method}: ${answer.status} ${await answer.text()}`);
    else return (await answer.json()) as { id: string; entry?: unknown[] };
    return undefined;
  };
  const patient = (value: string) => ({
    resourceType: 'Patient',
    identifier: [{ system: 'urn:busy', value }],
    name: [{ family: 'Busy' }],
  });
  const work = (async () => {
    while (written.length < wanted && failures.length < 10) {
      const value = `${name}-${written.length}`;
      const created = await send('POST', 'Patient', patient(value));
      if (created === undefined) continue;
      written.push(created.id);
      await send('PUT', `Patient/${created.id}`, { ...patient(value), id: created.id, active: true });
      const found = await send('GET', `Patient?identifier=urn:busy|${value}`);
      if (found !== undefined && found.entry?.length !== 1)
        failures.push(`${value} was found ${found.entry?.length ?? 0} times`);
      await send('GET', `Patient/${created.id}`);
      reads += 2;
    }
  })();
  return {
    /** Ends it once it has written so many more. */
    stopAfter: async (more: number): Promise<Seen> => {
      wanted = written.length + more;
      await work;
      return { written, reads, failures };
    },
  };
}

/** Does what a service is for, in part by way of another on the same database; what each request should be answered with. */
export async function useThrough(url: string, beside: string): Promise<void> {
  const ask = async (expected: number, method: string, path: string, body?: unknown, at = url) => {
    const type = method === 'PATCH' ? 'application/json-patch+json' : headers['content-type'];
    const sent = body === undefined ? {} : { headers: { 'content-type': type }, body: JSON.stringify(body) };
    const answer = await fetch(`${at}/fhir/${path}`, { method, ...sent });
    const text = await answer.text();
    if (answer.status !== expected) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return (text === '' ? {} : JSON.parse(text)) as { id?: string; entry?: unknown[] };
  };
  const patient = { resourceType: 'Patient', name: [{ family: 'Both' }], birthDate: '1970-01-01' };
  const { id = '' } = await ask(201, 'POST', 'Patient', patient);
  await ask(200, 'GET', `Patient/${id}`, undefined, beside);
  await ask(200, 'PATCH', `Patient/${id}`, [{ op: 'add', path: '/active', value: true }]);
  const resource = {
    resourceType: 'Observation',
    status: 'final',
    code: { coding: [{ system: 'http://loinc.org', code: '4548-4' }] },
    subject: { reference: `Patient/${id}` },
    effectiveDateTime: '2026-01-01',
  };
  const one = { resource, request: { method: 'POST', url: 'Observation' } };
  await ask(200, 'POST', '', { resourceType: 'Bundle', type: 'transaction', entry: [one, one] });
  for (const [at, query] of [
    [url, `patient=${id}&code=4548-4&date=ge2026`],
    [beside, `patient=${id}`],
  ] as const) {
    const { entry = [] } = await ask(200, 'GET', `Observation?${query}`, undefined, at);
    if (entry.length !== 2) throw new Error(`${query} found ${entry.length} of 2.`);
  }
  const { entry = [] } = await ask(200, 'GET', `Patient/${id}/_history`, undefined, beside);
  if (entry.length !== 2) throw new Error(`The history has ${entry.length} of 2 versions.`);
  await ask(200, 'GET', `Patient/${id}/_history/1`);
  await ask(409, 'DELETE', `Patient/${id}`);
  await ask(412, 'DELETE', `Observation?patient=${id}`);
  await ask(200, 'PUT', `Patient/${id}`, { ...patient, id }, beside);
  await ask(200, 'GET', `Patient/${id}/_history/3`);
  await ask(200, 'GET', 'metadata');
}
