import { expect, it } from 'vitest';
import { takeTextOptions } from './text-options.ts';

it.each([
  ['--to=1234567', { to: '1234567' }],
  ['--to=12e4567', { to: '12e4567' }],
  ['--unfreeze=12345678', { unfreeze: '12345678' }],
  ['--allowOlder=true', { allowOlder: 'true' }],
  ['--to=abc1234', {}],
  ['--to=v1.2.3', {}],
  ['--to=', {}],
  ['--waitSeconds=1200', {}],
  ['--dryRun=true', {}],
  ['--parallel=1', {}],
  ['1234567', {}],
])('of %s it takes %j', (arg, taken) => {
  const args = ['run', 'ehr-api:rollback:staging', arg];
  const left = Object.keys(taken).length === 0 ? args : args.slice(0, 2);
  expect(takeTextOptions(args)).toEqual({ args: left, taken });
});
