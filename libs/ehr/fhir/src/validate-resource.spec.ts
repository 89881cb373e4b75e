import { describe, expect, it } from 'vitest';
import { validateResource } from './validate-resource.ts';

const full = {
  resourceType: 'Patient',
  id: 'p-1',
  meta: { versionId: '1', lastUpdated: '2024-01-01T00:00:00Z', profile: ['http://example.org/p'] },
  text: { status: 'generated', div: '<div xmlns="http://www.w3.org/1999/xhtml">x</div>' },
  extension: [
    { url: 'http://example.org/race', extension: [{ url: 'code', valueCoding: { code: 'a' } }] },
    { url: 'http://example.org/weight', valueDecimal: 3.25 },
  ],
  identifier: [{ use: 'usual', type: { coding: [{ code: 'MR' }] }, system: 'urn:mrn', value: '1' }],
  active: true,
  name: [{ use: 'official', family: 'Müller', given: ['A', null], _given: [null, { extension: [{ url: 'u', valueCode: 'x' }] }] }],
  telecom: [{ system: 'phone', value: '1', rank: 1 }],
  gender: 'female',
  birthDate: '1980-05-17',
  _birthDate: { extension: [{ url: 'http://example.org/time', valueDateTime: '1980-05-17T10:00:00+01:00' }] },
  deceasedBoolean: false,
  address: [{ line: ['1 Road'], period: { start: '2000' } }],
  maritalStatus: { text: 'M' },
  multipleBirthInteger: 2,
  contact: [{ name: { family: 'X' }, gender: 'male' }],
  communication: [{ language: { text: 'German' }, preferred: true }],
  managingOrganization: { reference: 'Organization/1' },
  link: [{ other: { reference: 'Patient/2' }, type: 'seealso' }],
}; // prettier-ignore

const problems = (change: object) =>
  validateResource({ resourceType: 'Patient', ...change }, 'Patient').map(({ code, expression }) => [
    code,
    expression,
  ]);

describe('validateResource, of a Patient', () => {
  it('accepts a full patient', () => {
    expect(validateResource(full, 'Patient')).toEqual([]);
  });

  it.each([
    ['structure', 'Patient.surname', { surname: 'x' }],
    ['structure', 'Patient.constructor', { constructor: 'x' }],
    ['structure', 'Patient.__proto__', JSON.parse('{"__proto__": {"a": 1}}')],
    ['structure', 'Patient.contained', { contained: [] }],
    ['structure', 'Patient.name[0].first', { name: [{ first: 'x' }] }],
    ['structure', 'Patient.name', { name: { family: 'x' } }],
    ['structure', 'Patient.name', { name: [] }],
    ['structure', 'Patient.name[0]', { name: [{}] }],
    ['structure', 'Patient.name[1]', { name: [{ family: 'x' }, null] }],
    ['structure', 'Patient._name', { _name: [{ id: 'x' }] }],
    ['structure', 'Patient.deceased', { deceasedBoolean: true, deceasedDateTime: '2020' }],
    ['value', 'Patient.name[0].given[0]', { name: [{ given: [null] }] }],
    ['value', 'Patient.name[0].family', { name: [{ family: ' ' }] }],
    ['value', 'Patient.name[0].family', { name: [{ family: 'a\u0000' }] }],
    ['value', 'Patient.name[0].family', { name: [{ family: '\ud800' }] }],
    ['value', 'Patient.gender', { gender: 'F' }],
    ['value', 'Patient.active', { active: 'true' }],
    ['value', 'Patient.birthDate', { birthDate: '1980-02-30' }],
    ['value', 'Patient.birthDate', { birthDate: '17.05.1980' }],
    ['value', 'Patient.id', { id: 'not an id' }],
    ['value', 'Patient.multipleBirthInteger', { multipleBirthInteger: 1.5 }],
    ['value', 'Patient.resourceType', { resourceType: 'Observation' }],
    ['value', 'Patient.telecom[0].rank', { telecom: [{ rank: 0 }] }],
    ['required', 'Patient.link[0].other', { link: [{ type: 'refer' }] }],
    ['required', 'Patient.extension[0].url', { extension: [{ valueCode: 'x' }] }],
    ['invariant', 'Patient.extension[0]', { extension: [{ url: 'x' }] }],
    ['invariant', 'Patient.telecom[0]', { telecom: [{ value: '1' }] }],
    ['invariant', 'Patient.contact[0]', { contact: [{ gender: 'male' }] }],
  ])('reports %s at %s', (code, expression, change: object) => {
    expect(problems(change)).toContainEqual([code, expression]);
  });

  it.each([[null], ['Patient'], [[]], [{}], [7]])('refuses %j', (value) => {
    expect(validateResource(value, 'Patient')).not.toEqual([]);
  });

  it('reports everything that is wrong, and repeats no value', () => {
    const wrong = { resourceType: 'Patient', gender: 'CANARY', birthDate: 'CANARY', active: 'CANARY' };
    const issues = validateResource(wrong, 'Patient');
    expect(issues).toHaveLength(3);
    expect(JSON.stringify(issues)).not.toContain('CANARY');
  });

  it('refuses a body nested to exhaust the stack', () => {
    const body = JSON.parse(
      `{"resourceType":"Patient","x":0${',"extension":[{"url":"u"'.repeat(20_000)}${'}]'.repeat(20_000)}}`,
    ) as object;
    expect(problems(body)).toContainEqual(['too-costly', expect.any(String)]);
  });
});
