import { expect, it } from 'vitest';
import { issuerOf } from './issuer.ts';

it('is run where nobody says whom to believe', () => {
  expect(issuerOf({})).toEqual({ port: 4300, variables: {} });
  expect(issuerOf({ EHR_ISSUERS: 'development' })).toEqual({ port: 4300, variables: {} });
  for (const EHR_ISSUERS of ['none', 'https://id.example.org']) expect(issuerOf({ EHR_ISSUERS })).toBeNull();
});

it('is told of by its address where its port is another', () => {
  const { port, variables } = issuerOf({ ISSUER_PORT: '4399' }) ?? {};
  expect(port).toBe(4399);
  expect(JSON.parse(variables?.['EHR_ISSUERS'] ?? '')).toMatchObject([
    { issuer: 'http://127.0.0.1:4399', discovery: 'http://ehr-issuer-local:4300' },
  ]);
});
