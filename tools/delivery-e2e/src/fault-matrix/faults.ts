import type { Fault } from '@ehr/testing-fakes';

const answer = (status: number, headers: Record<string, string> = {}): Fault => ({
  kind: 'status',
  status,
  headers,
  body: '<html>the gateway says no</html>',
});

/** What a line, a gateway or a tired server does to a request. */
export const faults: Readonly<Record<string, Fault>> = {
  '401': answer(401),
  '403': answer(403),
  '404': answer(404),
  '409': answer(409),
  '429': answer(429),
  '429, Retry-After': answer(429, { 'retry-after': '1' }),
  '500': answer(500),
  '503': answer(503),
  'connection reset': { kind: 'reset' },
  'half the request': { kind: 'half-request' },
  'half the answer': { kind: 'half-answer' },
  'answer lost': { kind: 'lost-answer' },
  slow: { kind: 'delay', milliseconds: 300 },
};

/** `once`: the first request of the kind. `for good`: all of them, until the run ends. */
export const durations = ['once', 'for good'] as const;
