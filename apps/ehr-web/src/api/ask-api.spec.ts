import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkApi } from '../health/check-api.ts';
import { askApi } from './ask-api.ts';

/** Something that answers at EHR_API_URL, as the test says. */
let server: Server;
let answerWith: (response: ServerResponse) => void;
let asked: string[];
const place = () => ({
  apiUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  environment: 'staging',
});
beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(String(request.headers['ehr-environment']));
    answerWith(response);
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
});
afterAll(() => new Promise((done) => server.close(done)));

const report = (changes: object = {}) => ({
  status: 'pass',
  service: 'ehr-api',
  version: '1',
  revision: 'r',
  fingerprint: 'f',
  environment: 'staging',
  instance: 'i',
  checks: {},
  ...changes,
});
const api = (status: number, body: unknown, environment?: string) => (response: ServerResponse) =>
  void response
    .writeHead(status, { ...(environment !== undefined && { 'EHR-Environment': environment }) })
    .end(typeof body === 'string' ? body : JSON.stringify(body));

describe('askApi', () => {
  const ask = async (answers: (response: ServerResponse) => void) => {
    asked = [];
    answerWith = answers;
    return askApi(place(), '/fhir/Patient', { limitMs: 1_000 });
  };

  it('says for which environment it asks, and takes that one’s answer', async () => {
    const answer = await ask(api(200, { total: 1 }, 'staging'));
    expect([answer.kind, asked]).toEqual(['answer', ['staging']]);
  });

  it.each([
    ['another environment', api(200, {}, 'prod'), 'misconfigured: answers for prod, this is staging'],
    [
      'a refusal of another environment',
      api(421, {}, 'prod'),
      'misconfigured: answers for prod, this is staging',
    ],
    [
      'a failure of another environment',
      api(500, {}, 'prod'),
      'misconfigured: answers for prod, this is staging',
    ],
    ['no environment', api(200, {}), 'misconfigured: does not say for which environment, this is staging'],
    ['an odd one', api(200, {}, '<b>'), 'misconfigured: answers for another environment, this is staging'],
  ])('takes no answer of %s', async (_name, answers, message) => {
    expect(await ask(answers)).toEqual({ kind: 'misconfigured', message });
  });

  it.each([
    ['a form', new URLSearchParams({ name: 'x' })],
    ['a resource', '{}'],
  ])('sends %s once to an API that refuses it', async (_name, body) => {
    asked = [];
    answerWith = api(421, {}, 'prod');
    const refused = await askApi(place(), '/fhir/Patient', { method: 'POST', body, limitMs: 1_000 });
    expect([refused.kind, asked]).toEqual(['misconfigured', ['staging']]);
  });

  it('takes the error page of a proxy for an API that is away', async () => {
    expect(await ask(api(502, 'Bad Gateway'))).toMatchObject({ kind: 'answer', answer: { status: 502 } });
  });
});

describe('checkApi', () => {
  const check = (answers: (response: ServerResponse) => void) => {
    asked = [];
    answerWith = answers;
    return checkApi(place(), 300);
  };

  it.each([
    ['pass', undefined, 'its own API', api(200, report(), 'staging')],
    [
      'warn',
      'ehr-api says fail',
      'its own API, which is not well',
      api(503, report({ status: 'fail' }), 'staging'),
    ],
    ['warn', 'EHR_API_URL: no health report', 'a proxy whose API is away', api(502, 'Bad Gateway')],
    ['warn', 'ehr-api does not answer within 300 ms', 'silence', () => undefined],
    ['fail', 'misconfigured: answers for prod, this is staging', 'another API', api(421, {}, 'prod')],
    [
      'fail',
      'misconfigured: answers for prod, this is staging',
      'an API behind which the report is another’s',
      api(200, report({ environment: 'prod' }), 'staging'),
    ],
    [
      'fail',
      'misconfigured: does not say for which environment, this is staging',
      'an API that names none',
      api(200, report({ environment: undefined })),
    ],
  ])('is %s (%s) for %s', async (status, detail, _name, answers) => {
    expect(await check(answers)).toEqual({ status, ...(detail !== undefined && { detail }) });
  });
});
