import { expect, it } from 'vitest';
import { linksOf } from './visit-links.ts';

it('finds links wherever the definitions have one, and no identifier that looks like one', () => {
  const resource = {
    resourceType: 'Observation',
    status: 'final',
    identifier: [
      { system: 'urn:ietf:rfc:3986', value: 'urn:uuid:1', assigner: { reference: 'Organization/1' } },
    ],
    code: { text: 'urn:uuid:2' },
    subject: { reference: 'Patient/1', display: 'Patient/2' },
    extension: [{ url: 'urn:e', valueReference: { reference: 'Patient/3' } }],
    _status: { extension: [{ url: 'urn:f', valueUri: 'urn:g' }] },
    contained: [{ resourceType: 'Patient', link: [{ other: { reference: 'Patient/4' }, type: 'refer' }] }],
  };
  expect(linksOf(resource).map(({ kind, path, value }) => `${kind} ${path} ${value}`)).toEqual([
    'uri identifier[0].system urn:ietf:rfc:3986',
    'reference identifier[0].assigner.reference Organization/1',
    'reference subject.reference Patient/1',
    'uri extension[0].url urn:e',
    'reference extension[0].valueReference.reference Patient/3',
    'uri _status.extension[0].url urn:f',
    'uri _status.extension[0].valueUri urn:g',
    'reference contained[0].link[0].other.reference Patient/4',
  ]);
});
