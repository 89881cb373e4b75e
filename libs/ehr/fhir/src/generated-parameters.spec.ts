import { describe, expect, it } from 'vitest';
import { generatedParameters } from './generated/search-parameters.ts';

const parameter = (type: string, name: string) => {
  const found = generatedParameters.find((one) => one.type === type && one.name === name);
  if (found === undefined) throw new Error(`There is no ${type}.${name}.`);
  return found;
};
/** What the compiled expression finds, with the name of its type. */
const find = (type: string, name: string, resource: object) => {
  const found: unknown[] = [];
  parameter(type, name).values?.(resource as Record<string, unknown>, (...one) => found.push(one));
  return found;
};

describe('the search parameters of R4', () => {
  it('are all there, and compiled but for what is named here', () => {
    expect(new Set(generatedParameters.map(({ definition }) => definition)).size).toBe(1378);
    expect(generatedParameters).toHaveLength(1709);
    const left = generatedParameters.filter(({ values }) => values === null);
    expect(left.map(({ type, name, expression }) => `${type}.${name}: ${expression}`)).toEqual([
      'DomainResource._text: ',
      'Patient.deceased: Patient.deceased.exists() and Patient.deceased != false',
      'Resource._content: ',
      'Resource._query: ',
    ]);
  });

  it.each<[string, string, object, unknown[]]>([
    ['Patient', 'name', { name: [{ family: 'A' }] }, [[{ family: 'A' }, 'HumanName']]],
    ['Patient', 'name', {}, []],
    [
      'Patient',
      'email',
      {
        telecom: [
          { system: 'phone', value: '1' },
          { system: 'email', value: 'a@b' },
        ],
      },
      [[{ system: 'email', value: 'a@b' }, 'ContactPoint']],
    ],
    [
      'Observation',
      'patient',
      { subject: { reference: 'Patient/1' } },
      [[{ reference: 'Patient/1' }, 'Reference', 'Patient']],
    ],
    ['Observation', 'date', { effectiveInstant: '2020' }, [['2020', 'instant']]],
    ['Observation', 'value-string', { valueString: 'x' }, [['x', 'string']]],
    ['Observation', 'value-string', { valueCodeableConcept: { text: 'y' } }, [['y', 'string']]],
    [
      'Observation',
      'combo-code',
      { code: { text: 'a' }, component: [{ code: { text: 'b' } }] },
      [
        [{ text: 'a' }, 'CodeableConcept'],
        [{ text: 'b' }, 'CodeableConcept'],
      ],
    ],
    [
      'Bundle',
      'message',
      { entry: [{ resource: { id: '1' } }, { resource: { id: '2' } }] },
      [[{ id: '1' }, 'Resource']],
    ],
    [
      'InsurancePlan',
      'name',
      { name: 'a', alias: ['b'] },
      [
        ['a', 'string'],
        ['b', 'string'],
      ],
    ],
    ['Goal', 'target-date', { target: [{ dueDate: '2020' }] }, [['2020', 'date']]],
    ['Resource', '_tag', { meta: { tag: [{ code: 'x' }] } }, [[{ code: 'x' }, 'Coding']]],
  ])('of %s: %s', (type, name, resource, found) => {
    expect(find(type, name, resource)).toEqual(found);
  });
});
