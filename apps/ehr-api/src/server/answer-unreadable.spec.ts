import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { answerUnreadable } from './answer-error.ts';

/** What a client that sends this gets until the connection is closed. */
async function answerTo(sent: string): Promise<string> {
  const limits = { requestTimeout: 200, headersTimeout: 200, connectionsCheckingInterval: 50 };
  const server = createServer(limits, (_request, response) => void response.end());
  server.on('clientError', (error, socket) => answerUnreadable(error, socket as never, 'staging'));
  onTestFinished(() => void server.close());
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  let answer = '';
  socket.on('data', (chunk) => (answer += chunk.toString()));
  socket.write(sent);
  await new Promise((closed) => socket.once('close', closed));
  return answer;
}

it.each([
  ['HELLO\r\n\r\n', 'HTTP/1.1 400 ', 'This is not HTTP/1.1.'],
  ['GET /fhir/Patient HTTP/1.1\r\nhost: x\r\n', 'HTTP/1.1 408 ', 'did not come whole in time'],
  [`GET / HTTP/1.1\r\nx: ${'x'.repeat(100_000)}\r\n\r\n`, 'HTTP/1.1 431 ', 'search by POST'],
])('%.20j is answered %s', async (sent, status, words) => {
  const answer = await answerTo(sent);
  expect(answer).toContain(status);
  expect(answer).toContain(words);
  expect(answer.toLowerCase()).toContain('ehr-environment: staging');
});

it('who says nothing gets no answer that the next request would take for its own', async () => {
  expect(await answerTo('')).toBe('');
});
