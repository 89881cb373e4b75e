import { describe, expect, it } from 'vitest';
import { resourceTypes } from './definitions.ts';
import { clinicalDateOf, searchParameterOf, searchParametersOf } from './search-parameters.ts';

const found = (resource: { readonly resourceType: string }, name: string) =>
  searchParametersOf(resource.resourceType)
    .find((parameter) => parameter.name === name)
    ?.entries(resource)
    .map(({ type: _type, ...entry }) => Object.values(entry).map(String).join(' '));

describe('what a resource offers to a search parameter', () => {
  const observation = {
    resourceType: 'Observation',
    status: 'final',
    meta: { tag: [{ system: 'urn:t', code: 'x' }], profile: ['urn:p'] },
    code: { coding: [{ system: 'http://loinc.org', code: '1-2' }, { code: 'own' }], text: 'Weight' },
    subject: { reference: 'Patient/1' },
    performer: [
      { reference: 'Practitioner/2/_history/3' },
      { reference: 'https://other.example/Practitioner/4' },
    ],
    effectivePeriod: { start: '2026-01-02' },
  };

  it.each<[string, readonly string[]]>([
    ['status', [' final']],
    ['code', ['http://loinc.org 1-2', ' own', 'text Weight']],
    ['_tag', ['urn:t x']],
    ['_profile', ['urn:p']],
    ['subject', ['Patient 1']],
    ['patient', ['Patient 1']],
    // Of another server: it is found as it is written.
    ['performer', ['Practitioner 2', 'https://other.example/Practitioner/4']],
    ['date', [`${Date.UTC(2026, 0, 2)} 8640000000000000`]],
  ])('%s', (name, entries) => {
    expect(found(observation, name)).toEqual(entries);
  });

  it('is a date over all events of a timing', () => {
    const resource = {
      resourceType: 'ServiceRequest',
      occurrenceTiming: { event: ['2026-03', '2026-01-01'] },
    };
    expect(found(resource, 'occurrence')).toEqual([`${Date.UTC(2026, 0, 1)} ${Date.UTC(2026, 3, 1)}`]);
  });

  it.each<[object, string]>([
    [{}, 'false'],
    [{ deceasedBoolean: false }, 'false'],
    [{ deceasedBoolean: true }, 'true'],
    [{ deceasedDateTime: '2026' }, 'true'],
  ])('is whether a patient is deceased: %j is %s', (elements, answer) => {
    expect(found({ resourceType: 'Patient', ...elements }, 'deceased')).toEqual([` ${answer}`]);
  });

  it('has a time of what happened, where the type has one', () => {
    const names = [
      'Observation',
      'Encounter',
      'Condition',
      'MedicationRequest',
      'Immunization',
      'Organization',
    ];
    expect(names.map((type) => clinicalDateOf(type)?.name)).toEqual([
      'date',
      'date',
      'recorded-date',
      'authoredon',
      'date',
      undefined,
    ]);
  });
});

describe('what a parameter is searched by', () => {
  const of = (type: string, name: string) => {
    const { sources, only } = searchParameterOf(type, name) ?? {};
    return [sources, only];
  };

  it.each([
    ['code', ['code'], undefined],
    ['combo-code', ['code', 'component-code'], undefined],
    ['combo-value-concept', ['value-concept', 'component-value-concept'], undefined],
    ['patient', ['subject'], 'Patient'],
    ['subject', ['subject'], undefined],
    ['date', ['date'], undefined],
  ])('of Observation.%s: %j', (name, sources, only) => {
    expect(of('Observation', name)).toEqual([sources, only]);
  });

  it('is its own where it is an element of the type', () => {
    expect(of('AllergyIntolerance', 'patient')).toEqual([['patient'], undefined]);
  });

  it('is never shared again, and offers what its sources do', () => {
    const shared = resourceTypes().flatMap((type) =>
      searchParametersOf(type)
        .filter(({ name, sources }) => sources.join() !== name)
        .map((own) => ({ type, own })),
    );
    expect(shared.length).toBeGreaterThan(50);
    for (const { type, own } of shared)
      for (const source of own.sources) expect(of(type, source)).toEqual([[source], undefined]);
  });
});
