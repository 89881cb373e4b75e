import { expect, it } from 'vitest';
import { missingVariables } from './missing-variables.ts';

it.each([
  ['image: a:${TAG:?}', '', ['TAG']],
  ['image: a:${TAG:?say so}', 'TAG=', ['TAG']],
  ['image: a:${TAG?}', 'TAG=', []],
  ['image: a:${TAG:?}', 'TAG=1', []],
  ['image: $TAG ${TAG}', '', ['TAG']],
  ['image: a:${TAG:-local} ${TAG-local} ${TAG:+x}', '', []],
  ['# needs ${TAG:?}\nimage: a # or $TAG', '', []],
  ['command: echo $$HOME $${HOME}', '', []],
  ['x: ${ONE:?} ${TWO}', 'TWO=2', ['ONE']],
  ['x: ${COMPOSE_PROJECT_NAME:?}', '', []],
])('of %j with %j lacks %j', (file, environment, missing) => {
  expect(missingVariables(file, environment)).toEqual(missing);
});
