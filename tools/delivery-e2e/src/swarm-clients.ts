import type { DeliveryWorld } from '@ehr/testing-worlds';

/** What a client inside the network saw, one request at a time. */
interface Seen {
  readonly answers: Readonly<Record<string, number>>;
  readonly failures: readonly string[];
}

/** The same of one that writes: how many records it wrote, and how many of them, or of their versions, are not there. */
interface SeenWriting extends Seen {
  readonly writes: number;
  readonly reads: number;
  readonly lost: number;
}

/** Asks for so many seconds, or until 30 answers in a row are of the wanted version; every request is a connection of its own. */
const CLIENT = `
const [url, wanted, seconds] = process.argv.slice(1);
const end = Date.now() + Number(seconds) * 1000;
const answers = {}, failures = [];
let row = 0;
for (let n = 0; n < 1500 && (seconds ? Date.now() < end : row < 30); n++) {
  try {
    const response = await fetch(url, { headers: { connection: 'close' }, signal: AbortSignal.timeout(5000) });
    const text = await response.text();
    const version = text.startsWith('{') ? JSON.parse(text).version : text;
    if (!response.ok) throw new Error(response.status + ' ' + text);
    answers[version] = (answers[version] ?? 0) + 1;
    row = version === wanted ? row + 1 : 0;
  } catch (error) { failures.push(String(error.cause ?? error)); }
  await new Promise((resolve) => setTimeout(resolve, 50));
}
console.log(JSON.stringify({ answers, failures }));
`;

/**
 * Creates, changes, finds and reads patients in turn until 30 rounds in a row found the wanted version of the service,
 * and looks then whether each of them is there with both its versions. Every request is a connection of its own.
 */
const WRITER = `
const [url, wanted] = process.argv.slice(1);
const answers = {}, failures = [], ids = [];
const own = crypto.randomUUID();
let row = 0, reads = 0, writes = 0;
const ask = async (method, path, body) => {
  const headers = { connection: 'close', ...(body && { 'content-type': 'application/fhir+json' }) };
  const init = { method, headers, signal: AbortSignal.timeout(10000), ...(body && { body: JSON.stringify(body) }) };
  try {
    const response = await fetch(url + path, init);
    const text = await response.text();
    if (!response.ok) throw new Error(response.status + ' ' + text);
    if (body) writes += 1; else reads += 1;
    return JSON.parse(text);
  } catch (error) { failures.push(method + ' ' + path.split('?')[0] + ': ' + String(error.cause ?? error)); return {}; }
};
for (let n = 0; n < 800 && row < 30 && failures.length < 20; n++) {
  const patient = { resourceType: 'Patient', identifier: [{ system: 'urn:rolling', value: own + n }], name: [{ family: 'Rolling' }] };
  const { id } = await ask('POST', '/fhir/Patient', patient);
  if (id === undefined) continue;
  ids.push(id);
  await ask('PUT', '/fhir/Patient/' + id, { ...patient, id, active: true });
  const { entry = [] } = await ask('GET', '/fhir/Patient?identifier=urn:rolling%7C' + own + n);
  if (entry.length !== 1) failures.push('found ' + entry.length + ' of 1');
  const { version } = await ask('GET', '/health');
  await new Promise((resolve) => setTimeout(resolve, 50));
  answers[version] = (answers[version] ?? 0) + 1;
  row = version === wanted ? row + 1 : 0;
}
let lost = 0;
for (const id of ids) {
  const { total } = await ask('GET', '/fhir/Patient/' + id + '/_history');
  if (total !== 2) lost += 1;
}
console.log(JSON.stringify({ answers, failures, writes, reads, lost }));
`;

/** Clients in containers on the stack's network. */
export function swarmClients(world: DeliveryWorld) {
  const run = async (program: string, ...args: string[]): Promise<unknown> => {
    const image = `${world.registry}/${world.project}/ehr-web:dev`;
    const place = ['run', '--rm', '--network', `${world.project}_services`, '--pull', 'always', '--quiet'];
    const command = ['node', '--input-type=module', '--eval', program, '--', ...args];
    const said = await world.docker(...place, image, ...command);
    return JSON.parse(said.split('\n').at(-1) ?? '');
  };
  return {
    ask: (url: string, version: string, seconds?: number) =>
      run(CLIENT, url, version, ...(seconds === undefined ? [] : [String(seconds)])) as Promise<Seen>,
    write: (url: string, version: string) => run(WRITER, url, version) as Promise<SeenWriting>,
  };
}
