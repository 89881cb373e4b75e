import { inspect } from 'node:util';
import { expect, it } from 'vitest';
import { Secret } from '../index.ts';

it('shows a secret nowhere but where it is revealed', () => {
  const secret = new Secret('canary');
  const shown = [
    String(secret),
    `${secret.toString()}`,
    JSON.stringify({ secret }),
    inspect({ secret }),
    inspect(secret),
  ];
  expect(shown.join()).not.toContain('canary');
  expect(secret.reveal()).toBe('canary');
});
